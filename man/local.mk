dist_man_MANS += man/crashdmesg.1 man/libcrashdmesg.3
