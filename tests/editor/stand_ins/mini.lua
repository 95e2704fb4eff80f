-- Stands in for mini.pick, as its documentation describes sources: `start()` returns when it is
-- closed, and takes events until then.
local options, items, stopped

local pick = {
  start = function(wanted)
    options, items, stopped = wanted, wanted.source.items, false
    vim.wait(30000, function()
      return stopped
    end, 2)
  end,
  set_picker_query = function(query)
    options.source.match({}, {}, query)
  end,
  set_picker_items = function(found, how)
    assert(how.do_match == false, "they are matched already")
    items = found
  end,
  get_picker_matches = function()
    return { all = items, current = items[1] }
  end,
}
package.loaded["mini.pick"] = pick
_G.MiniPick = pick

_G.StandIn = {
  type = function(query)
    pick.set_picker_query(vim.fn.split(query, "\\zs"))
  end,
  is_open = function()
    return stopped == false
  end,
  rows = function()
    local buf = vim.api.nvim_create_buf(false, true)
    options.source.show(buf, items, {})
    return #items > 0 and vim.api.nvim_buf_get_lines(buf, 0, -1, false) or {}
  end,
  press = function(key)
    for _, mapping in pairs(options.mappings) do
      if type(mapping) == "table" and mapping.char == key then
        stopped = mapping.func()
      end
    end
  end,
  preview = function()
    local buf = vim.api.nvim_create_buf(false, true)
    options.source.preview(buf, items[1])
    return vim.api.nvim_buf_get_lines(buf, 0, -1, false)
  end,
}
