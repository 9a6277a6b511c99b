# SPDX-License-Identifier: GPL-3.0-or-later
# The house's own checks.
.PHONY: lint po repro fresh
lint: all
	$(Q)tools/run-tests lint

# Put new sentences of the code into po/de.po, for a person to translate.
po: all
	$(Q)sh tools/lint words-update

repro:
	$(Q)sh tools/repro.sh

fresh:
	$(Q)sh tools/fresh.sh

# Timings are never asserted: figures go to out/bench/ and, with machine and date, to
# docs/design/performance.md.
.PHONY: bench
bench: all
	$(Q)python3 bench/bench.py

# Trees alone: out/bench/trees_bench trees/2 TRAIN.csv TEST.csv [THREADS]
$(B)/bench/%: bench/%.c $(B)/liballmende.a
	@mkdir -p $(@D)
	@echo "  bench   $<"
	$(Q)$(CC) $(CFLAGS_ALL) -o $@ $< $(LDFLAGS_ALL) $(B)/liballmende.a $(LIBS)
