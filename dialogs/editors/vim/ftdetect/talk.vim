autocmd BufRead,BufNewFile *.talk setfiletype talk
autocmd FileType talk setlocal tabstop=2 shiftwidth=2 expandtab commentstring=//\ %s
" :make checks the file, :cnext goes from finding to finding.
autocmd FileType talk setlocal makeprg=attune\ check\ %:S errorformat=%f:%l:%c:\ %trror\ AT%n:\ %m,%f:%l:%c:\ %tarning\ AT%n:\ %m,%-G%.%#
