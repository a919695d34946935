# Made from the list of options, so that they cannot differ from it.
completion_files = completions/crashdmesg.bash completions/_crashdmesg completions/crashdmesg.fish
option_list = $(srcdir)/src/cli/option_list.h
make_completions = $(srcdir)/completions/make-completions
EXTRA_DIST += completions/make-completions
CLEANFILES += $(completion_files)

completions/crashdmesg.bash: $(option_list) $(make_completions)
	@$(MKDIR_P) completions
	$(AM_V_GEN)$(make_completions) bash <$(option_list) >$@
completions/_crashdmesg: $(option_list) $(make_completions)
	@$(MKDIR_P) completions
	$(AM_V_GEN)$(make_completions) zsh <$(option_list) >$@
completions/crashdmesg.fish: $(option_list) $(make_completions)
	@$(MKDIR_P) completions
	$(AM_V_GEN)$(make_completions) fish <$(option_list) >$@

if !CAPTURE
bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir = $(datadir)/zsh/site-functions
fishcompletiondir = $(datadir)/fish/vendor_completions.d
nodist_zshcompletion_DATA = completions/_crashdmesg
nodist_fishcompletion_DATA = completions/crashdmesg.fish
all-local: completions/crashdmesg.bash
# bash-completion looks for a file of the command's own name.
install-data-hook: completions/crashdmesg.bash
	$(MKDIR_P) $(DESTDIR)$(bashcompletiondir)
	$(INSTALL_DATA) completions/crashdmesg.bash $(DESTDIR)$(bashcompletiondir)/crashdmesg
uninstall-local:
	rm -f $(DESTDIR)$(bashcompletiondir)/crashdmesg
endif
