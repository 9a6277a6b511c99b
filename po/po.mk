# SPDX-License-Identifier: GPL-3.0-or-later
# Translations. `make po` collects all sentences of src/ into po/de.po: new ones come in empty, those
# that are gone go out; nothing is guessed. `make po-check` says whether that was done, and whether a
# translation is missing. No dates and no places of the sources are kept, so a diff shows only words.
PO := po/de.po

define po_update
	@mkdir -p $(B)/po
	$(Q)xgettext --from-code=UTF-8 --language=C -k -k_ -kN_ --no-wrap --no-location \
	  --flag=_:1:pass-c-format --flag=N_:1:pass-c-format --flag=FAIL:4:c-format \
	  --flag=cli_say:2:c-format --flag=cli_warn:2:c-format --flag=buf_printf:2:c-format \
	  --flag=arena_printf:2:c-format -o $(B)/po/all.pot $(SOURCES)
	$(Q)msgmerge --quiet --no-fuzzy-matching --no-wrap --no-location -o $(B)/po/merged.po $(PO) $(B)/po/all.pot
	$(Q)msgattrib --no-obsolete --no-wrap $(B)/po/merged.po | sed '/^"POT-Creation-Date/d' > $(B)/po/de.po
endef

.PHONY: po po-check
po:
	$(po_update)
	$(Q)cp $(B)/po/de.po $(PO)
	$(Q)msgfmt --check --statistics -o /dev/null $(PO)

po-check:
	$(po_update)
	$(Q)cmp $(PO) $(B)/po/de.po || { echo "po/de.po is behind the sources: make po"; exit 1; }
	$(Q)! msgattrib --untranslated $(PO) | grep . || { echo "untranslated: po/de.po"; exit 1; }
