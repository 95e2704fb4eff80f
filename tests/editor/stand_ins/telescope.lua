-- Stands in for telescope.nvim, as its documentation describes finders, pickers and previewers.
local picker ---@type table?
local entries, find_id = {}, 0

local function find(prompt)
  find_id = find_id + 1
  local mine = find_id
  entries = {}
  picker.prompt = prompt
  picker.finder(prompt, function(entry)
    if mine ~= find_id then
      return true -- what comes for an older prompt is not wanted
    end
    entries[#entries + 1] = entry
  end, function() end)
end

package.loaded["telescope.pickers"] = {
  new = function(_, options)
    assert(options.sorter == "as they come", "the order is the finder's")
    local maps = {}
    picker = vim.tbl_extend("force", options, { maps = maps })
    function picker.find()
      picker.prompt_bufnr = vim.api.nvim_create_buf(false, true)
      vim.bo[picker.prompt_bufnr].bufhidden = "wipe"
      assert(options.attach_mappings(picker.prompt_bufnr, function(modes, key, run)
        assert(vim.list_contains(modes, "i"))
        maps[key] = run
      end))
      find(options.default_text)
    end
    function picker._get_prompt()
      return picker.prompt
    end
    function picker.refresh(_, finder, how)
      assert(finder == options.finder and how.reset_prompt == false)
      find(picker.prompt)
    end
    return picker
  end,
}
package.loaded["telescope.sorters"] = {
  empty = function()
    return "as they come"
  end,
}
package.loaded["telescope.previewers"] = {
  new_buffer_previewer = function(options)
    return options
  end,
}
package.loaded["telescope.actions"] = {
  close = function(buf)
    assert(buf == picker.prompt_bufnr)
    vim.api.nvim_buf_delete(buf, { force = true })
    picker.closed = true
  end,
}
package.loaded["telescope.actions.state"] = {
  get_selected_entry = function()
    return entries[1]
  end,
}

_G.StandIn = {
  type = find,
  is_open = function()
    return picker ~= nil and not picker.closed
  end,
  rows = function()
    return vim.tbl_map(function(entry)
      return (entry.display(entry, picker))
    end, entries)
  end,
  press = function(key)
    picker.maps[key]()
  end,
  preview = function()
    local buf = vim.api.nvim_create_buf(false, true)
    local state = { bufnr = buf, winid = vim.api.nvim_get_current_win() }
    picker.previewer.define_preview({ state = state }, entries[1])
    return vim.api.nvim_buf_get_lines(buf, 0, -1, false)
  end,
}
