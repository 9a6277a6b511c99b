# SPDX-License-Identifier: GPL-3.0-or-later
# How tests are built. Each test/unit/x_test.c is one cmocka program that links what it uses.
UNIT_TESTS := $(patsubst test/unit/%.c,$(B)/test/%,$(sort $(wildcard test/unit/*_test.c)))

$(B)/test/%_test: test/unit/%_test.c $(B)/liballmende.a
	@mkdir -p $(@D)
	@echo "  test    $<"
	$(Q)$(CC) $(CFLAGS_ALL) -Itest -o $@ $< $(LDFLAGS_ALL) $(B)/liballmende.a -lcmocka $(LIBS)

.PHONY: unit
unit: $(UNIT_TESTS)
	$(Q)for t in $(UNIT_TESTS); do $$t || exit 1; done
