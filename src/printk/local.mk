libcrashdmesg_objects_la_SOURCES += src/printk/record.h src/printk/log.h src/printk/log.c src/printk/table.c src/printk/window.h src/printk/window.c \
	src/printk/early.h \
	src/printk/ring_lockless.c src/printk/lockless_ring.h src/printk/lockless_ring.c \
	src/printk/lockless_record.h src/printk/lockless_record.c src/printk/lockless_proof.c src/printk/lockless_recover.c \
	src/printk/ring_records.c src/printk/records.h src/printk/records_walk.c src/printk/records_ends.c \
	src/printk/log_buf.h src/printk/log_buf.c src/printk/lost_text.h src/printk/lost_text.c src/printk/ring_text.c src/printk/join.h src/printk/join.c \
	src/printk/carved.h src/printk/carve.h src/printk/safe_buffers.h
if CAPTURE
libcrashdmesg_objects_la_SOURCES += src/printk/capture.c
else
libcrashdmesg_objects_la_SOURCES += src/printk/early.c src/printk/safe_buffers.c src/printk/carve.c src/printk/carve_seeds.h \
	src/printk/carve_seeds.c src/printk/carve_lockless.c src/printk/carve_blocks.c src/printk/carve_records.c src/printk/carve_text.c \
	src/printk/carve_text_ring.h src/printk/carve_text_ring.c src/printk/carve_lines.h src/printk/carve_lines.c
endif
