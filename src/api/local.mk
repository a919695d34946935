include_HEADERS = src/api/crashdmesg.h
pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = src/api/crashdmesg.pc
EXTRA_DIST += src/api/crashdmesg.map
