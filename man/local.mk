dist_man_MANS += man/crashdmesg.1
