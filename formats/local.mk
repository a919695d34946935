libcrashdmesg_objects_la_SOURCES += formats/table.c formats/elf.c formats/segments.h formats/segments.c \
	formats/kdump.c formats/kdump_header.h formats/kdump_header.c formats/kdump_pages.h formats/kdump_pages.c formats/rank.h formats/rank.c \
	formats/chain.h formats/chain.c formats/lime.c formats/lime_header.h formats/lime_header.c formats/avml.c formats/s390.c formats/s390_entry.h \
	formats/s390_entry.c formats/runs.h formats/runs.c formats/raw.c formats/vmware.c formats/vmware_state.h \
	formats/vmware_state.c formats/xen.c formats/xen_index.h formats/xen_index.c formats/foreign.c formats/left_out.c
EXTRA_DIST += formats/elf.md formats/kdump.md formats/flattened.md formats/lime.md formats/avml.md formats/s390.md formats/raw.md formats/vmware.md formats/xen.md
