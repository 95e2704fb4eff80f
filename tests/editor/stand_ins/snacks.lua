-- Stands in for snacks.nvim's picker, as its documentation describes live finders.
local options, items, task, closed

local Task = {}
Task.__index = Task

function Task.suspend()
  coroutine.yield()
end

function Task:resume()
  if task == self then
    assert(coroutine.resume(self.routine))
  end
end

local function find(query)
  items = {}
  local context = { filter = { search = query } }
  local collect = options.finder(options, context)
  local mine = setmetatable({}, Task)
  context.async, task = mine, mine
  mine.routine = coroutine.create(function()
    collect(function(item)
      if task == mine then
        items[#items + 1] = item
      end
    end)
  end)
  mine:resume()
end

local picker = {
  close = function()
    closed = true
    options.on_close()
  end,
}

package.loaded["snacks"] = {
  did_setup = true,
  config = {
    get = function()
      return { enabled = true }
    end,
  },
  picker = {
    pick = function(wanted)
      options, closed = wanted, false
      assert(wanted.live)
      find(wanted.search)
    end,
  },
}

_G.StandIn = {
  type = find,
  is_open = function()
    return closed == false
  end,
  rows = function()
    return vim.tbl_map(function(item)
      return vim.iter(options.format(item, picker)):fold("", function(text, chunk)
        return text .. chunk[1]
      end)
    end, items)
  end,
  press = function(key)
    local name = options.win.input.keys[key == "<CR>" and key or key:lower()][1]
    options.actions[name](picker, items[1])
  end,
  preview = function()
    local buf = vim.api.nvim_create_buf(false, true)
    local place = { relative = "editor", row = 1, col = 1, width = 20, height = 5 }
    local win = vim.api.nvim_open_win(buf, false, place)
    options.preview({
      item = items[1],
      buf = buf,
      win = win,
      preview = { reset = function() end, set_title = function() end },
    })
    vim.api.nvim_win_close(win, true)
    return vim.api.nvim_buf_get_lines(buf, 0, -1, false)
  end,
}
