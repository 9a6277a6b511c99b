# SPDX-License-Identifier: GPL-3.0-or-later
# Allmende. Plain GNU make, no configure step; everything made lies in out/.
#
#   make                 the program, out/allmende
#   make test            all tests that need nothing from outside        (test/README.md)
#   make lint            layers, format, clang-tidy, cppcheck, our own rules
#   make exact           one model hash over compilers, threads and architectures
#   make fuzz            ten minutes of fuzzing a target; FUZZ_S=60 for less
#   make soak            the large counts: power cuts, kills, flips, exactness in full
#   make bench           whole processes, ours and the peers', as ratios, into out/bench/
#   make fresh           both front doors inside a new minimal Debian 12 (root only)
#   make coverage        share of lines that the tests reach
#   make repro           builds twice, in two folders, and compares the bytes
#
# Variables: CC=clang  SAN=address,undefined  OPT=-O3  WERROR=  V=1

CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif
OPT ?= -O2
WERROR ?= -Werror
SAN ?=
V ?=
Q := $(if $(V),,@)
comma := ,
VARIANT := $(subst $(comma),-,$(filter-out gcc,$(CC))$(if $(SAN),-$(SAN))$(if $(COVERAGE),-coverage))
B ?= out$(if $(VARIANT),/$(VARIANT:-%=%))

WARN := -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wdouble-promotion -Wshadow -Wvla \
  -Wcast-qual -Wformat=2 -Wundef -Wwrite-strings -Wstrict-prototypes -Wmissing-prototypes \
  -Wswitch-enum -Wimplicit-fallthrough -Wnull-dereference -Wpointer-arith -Wold-style-definition
WARN += $(if $(findstring clang,$(CC)),-Wcomma -Wconditional-uninitialized,\
  -Wno-format-truncation -Wcast-align=strict -Wduplicated-cond -Wduplicated-branches -Wlogical-op)
HARDEN := -fstack-protector-strong -fstack-clash-protection -fcf-protection=full
HARDEN += $(if $(findstring clang,$(CC)),,-ftrivial-auto-var-init=zero)
FORTIFY := $(if $(or $(SAN),$(filter -O0,$(OPT))),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
CFLAGS_ALL := -std=c17 -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 $(OPT) -g -fno-common \
  -ffp-contract=off -fPIE '-ffile-prefix-map=$(CURDIR)=.' -Isrc -I$(B)/gen $(WARN) $(WERROR) \
  $(HARDEN) $(FORTIFY) $(CFLAGS)
LDFLAGS_ALL := -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(LDFLAGS)
ifneq ($(SAN),)
CFLAGS_ALL += -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS_ALL += -fsanitize=$(SAN)
endif
ifneq ($(COVERAGE),)
CFLAGS_ALL += --coverage
LDFLAGS_ALL += --coverage
endif
LIBS := -lsqlite3 -lsodium -ljansson -lutf8proc -larchive -lexpat -lz -lseccomp -lmicrohttpd -lqrcodegen -lpthread -ldl -lm

SOURCES := $(shell find src -name '*.c' | LC_ALL=C sort)
OBJECTS := $(SOURCES:src/%.c=$(B)/obj/%.o)
# Everything but main: what tests link.
LIB_OBJECTS := $(filter-out $(B)/obj/main.o,$(OBJECTS)) $(B)/obj/gen/embedded.o
GEN := $(B)/gen/embedded.h

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all clean
all: $(B)/allmende

# An archive, so that a test links only what it uses.
$(B)/liballmende.a: $(LIB_OBJECTS)
	$(Q)rm -f $@ && ar rcsD $@ $^

$(B)/allmende: $(B)/obj/main.o $(B)/liballmende.a
	@echo "  link    $@"
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

$(B)/obj/%.o: src/%.c | $(GEN)
	@mkdir -p $(@D)
	@echo "  cc      $<"
	$(Q)$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# --- what is embedded: SQL, pages, translations -------------------------------------------------
EMBED_FILES := $(shell find sql pages -type f 2>/dev/null | LC_ALL=C sort)
$(B)/tool/embed: tools/embed.c
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c17 -D_POSIX_C_SOURCE=200809L -O1 -Wall -Wextra $(WERROR) -o $@ $<

$(B)/gen/%.mo: po/%.po
	@mkdir -p $(@D)
	$(Q)msgfmt --check-format --check-header --endianness=little --no-hash -o $@ $<

$(B)/gen/embedded.h $(B)/gen/embedded.c &: $(B)/tool/embed $(EMBED_FILES) $(B)/gen/de.mo
	@mkdir -p $(@D)
	@echo "  embed   $(words $(EMBED_FILES)) files"
	$(Q)$(B)/tool/embed $(B)/gen/embedded.h $(B)/gen/embedded.c $(B)/gen/de.mo $(EMBED_FILES)

$(B)/obj/gen/embedded.o: $(B)/gen/embedded.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -c -o $@ $<

clean:
	rm -rf out

-include $(OBJECTS:.o=.d)
-include test/test.mk tools/tools.mk
