# SPDX-License-Identifier: GPL-3.0-or-later
# How tests are built and run; test/README.md tells what each suite is for.
#
# Each test/unit/x_test.c is one cmocka program that links what it uses. Each test/fuzz/fuzz_x.c is
# one fuzz target for a parser of foreign bytes, its inputs are kept in test/fuzz/corpus/x.

UNIT_TESTS := $(patsubst test/unit/%.c,$(B)/test/%,$(sort $(wildcard test/unit/*_test.c)))
FUZZ_TARGETS := $(patsubst test/fuzz/%.c,%,$(sort $(wildcard test/fuzz/fuzz_*.c)))
FUZZ_S ?= 600

$(B)/test/%_test: test/unit/%_test.c $(B)/liballmende.a
	@mkdir -p $(@D)
	@echo "  test    $<"
	$(Q)$(CC) $(CFLAGS_ALL) -Itest -MMD -MP -o $@ $< $(LDFLAGS_ALL) $(B)/liballmende.a -lcmocka $(LIBS)

$(B)/replay/fuzz_%: test/fuzz/fuzz_%.c test/fuzz/replay.c $(B)/liballmende.a
	@mkdir -p $(@D)
	@echo "  replay  $<"
	$(Q)$(CC) $(CFLAGS_ALL) -Itest -o $@ $(filter-out %.a,$^) $(LDFLAGS_ALL) $(B)/liballmende.a $(LIBS)

$(B)/fuzz/fuzz_%: test/fuzz/fuzz_%.c $(B)/liballmende.a
	@mkdir -p $(@D)
	@echo "  fuzz    $<"
	$(Q)$(CC) $(CFLAGS_ALL) -Itest -fsanitize=fuzzer -o $@ $< $(LDFLAGS_ALL) $(B)/liballmende.a $(LIBS)

# test/fault/x_test.c are programs that link fault.c; power_test has a disk of its own making.
FAULT_TESTS := $(patsubst test/fault/%.c,$(B)/fault/%,$(sort $(wildcard test/fault/*_test.c)))
$(B)/fault/power_test: $(addprefix test/fault/,crash_vfs.c disk.c image.c)
$(addprefix $(B)/fault/,fail_test flip_test kill_test): $(addprefix test/fault/,acts.c act_list.c)
fault-build: $(FAULT_TESTS) $(B)/fault/fail.so $(B)/allmende
$(B)/fault/%_test: test/fault/%_test.c test/fault/fault.c $(B)/liballmende.a
	@mkdir -p $(@D)
	@echo "  fault   $<"
	$(Q)$(CC) $(CFLAGS_ALL) -Itest/fault -o $@ $(filter %.c,$^) $(LDFLAGS_ALL) $(B)/liballmende.a $(LIBS)

# Preloaded into programs that are tested; it takes the place of the C library's functions, so it is
# built without the sanitizers' own and without fortified twins.
$(B)/fault/fail.so: test/fault/fail.c
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c17 -O1 -g -fPIC -shared $(WARN) $(WERROR) -U_FORTIFY_SOURCE -o $@ $<

.PHONY: where test unit unit-build fault-build valgrind fuzz fuzz-run fuzz-replay fuzz-replay-build exact soak coverage
where:
	@echo $(B)

test:
	$(Q)tools/run-tests quick

unit-build: $(UNIT_TESTS)
unit: unit-build
	$(Q)for t in $(UNIT_TESTS); do $$t || exit 1; done

valgrind: unit-build
	$(Q)for t in $(UNIT_TESTS); do \
	    valgrind -q --error-exitcode=1 --leak-check=full $$t || exit 1; done

fuzz:
	$(Q)$(MAKE) --no-print-directory CC=clang SAN=fuzzer-no-link,address,undefined fuzz-run
fuzz-run: $(FUZZ_TARGETS:%=$(B)/fuzz/%)
	$(Q)printf '%s\n' $^ | FUZZ_S=$(FUZZ_S) xargs -r -P 2 -n 1 sh tools/fuzz-one.sh

fuzz-replay-build: $(FUZZ_TARGETS:%=$(B)/replay/%)
fuzz-replay:
	$(Q)tools/run-tests replay

exact:
	$(Q)tools/run-tests exact

# The large counts; hours, not minutes.
soak:
	$(Q)ALLMENDE_SOAK=1 tools/run-tests exact fault cycle cycle-san replay

coverage:
	$(Q)rm -rf out/coverage
	$(Q)COVERAGE=1 tools/run-tests unit cycle
	$(Q)gcovr --root . --filter src/ --object-directory out/coverage out/coverage --print-summary \
	    -o out/coverage/by-file.txt

-include $(UNIT_TESTS:=.d)
