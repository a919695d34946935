crashdmesg_SOURCES += src/cli/main.c src/cli/options.h src/cli/options.c src/cli/option_list.h src/cli/option_words.h src/cli/option_words.c src/cli/output.h src/cli/output.c \
	src/cli/run_one.h src/cli/run_one.c src/cli/info.h src/cli/info.c src/cli/crash.h src/cli/progress.h src/cli/progress.c src/cli/run_many.h src/cli/usage.c src/cli/view.h src/cli/when.h src/cli/terminal.h src/cli/guise.h src/cli/guise.c src/cli/selection.h src/cli/deadline.h
if CAPTURE
crashdmesg_SOURCES += src/cli/capture.c
else
crashdmesg_SOURCES += src/cli/run_many.c src/cli/search.h src/cli/search.c src/cli/log_names.h \
	src/cli/log_names.c src/cli/options_work.c src/cli/deadline.c src/cli/options_base.c src/cli/summary.c src/cli/options_view.c src/cli/view.c src/cli/filter.c src/cli/when.c src/cli/color.h src/cli/color.c src/cli/pager.h src/cli/pager.c src/cli/terminal.c src/cli/selection.c src/cli/crash.c
endif
