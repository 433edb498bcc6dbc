" Vim syntax file for .talk: guided conversations. The words are those of dialogs/language; a test compares them.
if exists("b:current_syntax")
  finish
endif
syn case match
syn spell toplevel

syn match talkId " #[a-z]\{2,12}[0-9]\{2,4}\ze\%(\s\|$\)" contained
syn match talkHole "{[a-z][a-z0-9.-]*}" contained
syn region talkQuoted start=+"+ end=+"+ oneline contained
syn match talkNumber "\<[0-9]\+\%(:[0-9]\{2}\)\?h\?\>" contained
syn match talkCompare "<=\|>=\|[<>=]" contained
syn match talkTarget "->\s\+[a-z][a-z0-9-]*\%(\s\+\%(completed\|paused\|stopped\)\)\?" contained
syn match talkMark "(\%(not now\|calm\|checkpoint\))" contained
syn keyword talkInside and answer at both completed counselor days done every everything from heavy hour in is joint most not off or paused reminder save set since stopped texts times to until visited ways week with within contained

syn match talkStep "^\s*\%(otherwise\|declined\|consent\|resumed\|timeout\|choose\|failed\|forget\|remind\|reveal\|rewind\|switch\|again\|chart\|floor\|means\|nudge\|relay\|call\|each\|hand\|only\|part\|rate\|skip\|vary\|wait\|when\|add\|ask\|end\|set\|use\|do\|if\|on\)\>.*$" contains=talkWord,talkTarget,talkInside,talkNumber,talkCompare,talkQuoted,talkHole,talkId
syn match talkWord "^\s*\%(otherwise\|declined\|consent\|resumed\|timeout\|choose\|failed\|forget\|remind\|reveal\|rewind\|switch\|again\|chart\|floor\|means\|nudge\|relay\|call\|each\|hand\|only\|part\|rate\|skip\|vary\|wait\|when\|add\|ask\|end\|set\|use\|do\|if\|on\)\>" contained
syn match talkGo "^\s*->.*$" contains=talkTarget
syn match talkSpeech "^\s*\%(if .*: \)\?[A-Z][A-Za-z0-9' .-]*:.*$" contains=talkSpeaker,talkHole,talkId,@Spell
syn match talkSpeaker "^\s*\%(if .*: \)\?[A-Z][A-Za-z0-9' .-]*:" contained
syn match talkMore "^\s*\.\. .*$" contains=talkHole,talkId,@Spell
syn match talkChoice "^\s*\* .*$" contains=talkStar,talkTarget,talkMark,talkHole,talkId,@Spell
syn match talkStar "^\s*\*" contained
syn match talkLabelled "^\s*\%(shows\|also\|asks\):.*$" contains=talkLabel,talkHole,talkId
syn match talkLabel "^\s*\%(shows\|also\|asks\):" contained
syn match talkHeader "^\%(needs otherwise\|language\|reviewed\|minutes\|not for\|sources\|safety\|about\|heavy\|model\|moved\|needs\|title\|topic\|cast\|keep\|role\|for\|yes\|no\|or because\)\>:\?.*$" contains=talkKey
syn match talkKey "^\%(needs otherwise\|language\|reviewed\|minutes\|not for\|sources\|safety\|about\|heavy\|model\|moved\|needs\|title\|topic\|cast\|keep\|role\|for\|yes\|no\|or because\)\>:\?" contained
syn match talkSection "^\%(slots\|hears\|remarks\)\>.*$"
syn match talkScene "^== .*$" contains=talkMark
syn match talkComment "^\s*//.*$" contains=@Spell
syn match talkNote "^\s*///.*$" contains=@Spell

hi def link talkWord Statement
hi def link talkTarget Identifier
hi def link talkInside Operator
hi def link talkCompare Operator
hi def link talkNumber Number
hi def link talkQuoted String
hi def link talkHole Special
hi def link talkId Comment
hi def link talkSpeaker Type
hi def link talkStar Statement
hi def link talkLabel Statement
hi def link talkMark StorageClass
hi def link talkKey PreProc
hi def link talkSection PreProc
hi def link talkScene Title
hi def link talkComment Comment
hi def link talkNote SpecialComment

let b:current_syntax = "talk"
