-- Stands in for neotest, as its documentation describes it: its consumers, of which `run` is one,
-- are there once `setup()` was called; `run.run(path)` runs the tests of a file.
local consumers, ran = {}, {}

local neotest = setmetatable({
  setup = function()
    consumers.run = {
      run = function(args)
        local path = type(args) == "table" and args[1] or args
        assert(vim.fn.filereadable(path) == 1, "neotest runs what is on the disk")
        ran[#ran + 1] = path
      end,
    }
  end,
}, {
  __index = function(_, name)
    return consumers[name]
  end,
})
package.loaded["neotest"] = neotest

_G.StandIn = {
  ran = function()
    return ran
  end,
  break_down = function()
    consumers.run.run = function()
      error("no adapter\nfor this file")
    end
  end,
  leave = function()
    package.loaded["neotest"] = nil
  end,
}
