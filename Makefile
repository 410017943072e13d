# caorder: one Makefile, no configure.  GNU make 4, a C11 compiler, pkg-config.
#
#	make			build; the tools are in build/bin
#	make demo		the main job, told as a story
#	make check		lint and all tests; must be green
#	make bench		figures, side by side
#	make fuzz T=yaml SECONDS=60
#	make VARIANT=asan check	the same under the sanitizers (also: debug, cov)
#	make install DESTDIR=/tmp/x PREFIX=/usr
#
# Local choices go into config.mk, which is not tracked.

VERSION	= 0.1.0
LIBVER	= 0

-include config.mk

PREFIX	?= /usr/local
BINDIR	?= $(PREFIX)/bin
LIBDIR	?= $(PREFIX)/lib
INCDIR	?= $(PREFIX)/include
MANDIR	?= $(PREFIX)/share/man
LOCDIR	?= $(PREFIX)/share/locale
COMPDIR	?= $(PREFIX)/share/bash-completion/completions
DOCDIR	?= $(PREFIX)/share/doc/caorder
DATADIR	?= $(PREFIX)/share/caorder

VARIANT	?= release
B	:= build$(if $(filter-out release,$(VARIANT)),/$(VARIANT))

# What there is.  A new command is one line here, one file in cmd/, one page
# in man/ and one .bats; the lint fails if any of the four is missing.  A
# module is its files in a room of lib/; a unit test or a fuzz target is its
# file.  A command with heavy libraries has a room for itself, which is linked
# into it alone: SRC.ca-x its files, PKGS.ca-x its packages as pkg-config calls
# them, LIBS.ca-x those that it does not know.

CMDS	= ca-apply ca-upload ca-pay ca-review ca-issue ca-install ca-query \
	  ca-admin ca-notify ca-scan ca-form
ROOMS	= print scan net
SRC.ca-form := $(sort $(wildcard print/*.c))
PKGS.ca-form = pangocairo pangoft2 fontconfig
LIBS.ca-form = -lzint
SRC.ca-scan := $(sort $(wildcard scan/*.c))
PKGS.ca-scan = poppler-glib libjpeg libpng libtiff-4 zbar libseccomp
LIBS.ca-scan = -lm
SRC.ca-pay := $(sort $(wildcard net/*.c)) cmd/cashier.c
PKGS.ca-pay = libcurl libqrencode
LIBSRC	:= $(sort $(wildcard lib/*/*.c))
CMDSRC	:= $(sort $(filter-out $(CMDS:%=cmd/%.c) $(foreach c,$(CMDS),$(SRC.$c)),$(wildcard cmd/*.c)))
UNITS	:= $(sort $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c)))
FUZZES	:= $(sort $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c)))
ROOMSRC	:= $(foreach c,$(CMDS),$(SRC.$c))
LANGS	:= $(patsubst po/%.po,%,$(wildcard po/*.po))

# Flags.  The library's packages, then those of the tools alone.

PKGS	= libcrypto sqlite3 yaml-0.1 zlib jansson libutf8proc libxml-2.0
CMDPKGS	= smartcols libbsd-overlay
# Nothing but fetching packages may happen before they are there.
ifneq ($(filter-out deps-check clean format dist uninstall,$(or $(MAKECMDGOALS),all)),)
DEPS	:= $(shell tools/deps build >&2 || echo failed)
ifneq ($(DEPS),)
$(error packages are missing: see above)
endif
endif
PKGCFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKGLIBS	:= $(shell pkg-config --libs $(PKGS) 2>/dev/null)
CMDCFLAGS := $(shell pkg-config --cflags $(CMDPKGS) 2>/dev/null)
CMDLIBS	:= $(shell pkg-config --libs $(CMDPKGS) 2>/dev/null)

CPPFLAGS += -D_POSIX_C_SOURCE=200809L -DCAO_VERSION='"$(VERSION)"' \
	    -DOPENSSL_API_COMPAT=30000 -DOPENSSL_NO_DEPRECATED \
	    -Ilib -I$(B)/gen $(PKGCFLAGS)
WARN	= -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	  -Wmissing-prototypes -Wpointer-arith -Wcast-qual -Wwrite-strings \
	  -Wvla -Wformat=2 -Wundef -Wimplicit-fallthrough -Werror

OPT.release = -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong
OPT.debug   = -O0 -g3
OPT.asan    = -O1 -g -fno-omit-frame-pointer \
	      -fsanitize=address,undefined -fno-sanitize-recover=all
OPT.cov     = -O0 -g --coverage
OPT.fuzz    = -O1 -g -fsanitize=fuzzer-no-link,address,undefined
ALL_CFLAGS  = -std=c11 $(OPT.$(VARIANT)) $(WARN) -fPIC -fvisibility=hidden \
	      -ffunction-sections -fdata-sections $(CFLAGS)
ALL_LDFLAGS = $(OPT.$(VARIANT)) -pthread -Wl,-z,relro,-z,now,--as-needed \
	      -Wl,--gc-sections $(LDFLAGS)

ifeq ($(V),)
Q := @
say = @printf '  %-4s %s\n' $(1) $(2)
endif

# Products.

GEN	= $(B)/gen/sql.h $(B)/gen/shipped.c
LIBOBJ	= $(LIBSRC:%.c=$(B)/%.o) $(B)/gen/sql.o $(B)/gen/shipped.o
LIBA	= $(B)/lib/libcaorder.a
LIBSO	= $(B)/lib/libcaorder.so.$(LIBVER)
BINS	= $(CMDS:%=$(B)/bin/%)
TESTS	= $(UNITS:%=$(B)/tests/%)
MOS	= $(LANGS:%=$(B)/share/locale/%/LC_MESSAGES/caorder.mo)
MAN	= $(wildcard man/*.[1357])
SQL	= lib/store/sql/schema.sql $(sort $(filter-out %/schema.sql,\
	  $(wildcard lib/store/sql/*.sql))) \
	  $(sort $(wildcard lib/store/sql/migrate/*.sql))
SHIPPED	= $(sort share/config.yaml $(wildcard share/services/*.yaml \
	  share/rules/*.yaml share/calendar/*.yaml share/agreements/*.txt \
	  share/forms/*.yaml share/notices/*/*.txt))
# What is installed for who wants another wording.
SHARED	= $(patsubst share/%,%,$(wildcard share/notices/*/*.txt))

all: $(BINS) $(LIBSO) $(MOS) $(B)/lib/pkgconfig/caorder.pc

$(B)/%.o: %.c | $(B)/gen/sql.h
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(if $(filter cmd/%,$<),-I. $(CMDCFLAGS)) \
	    $(if $(filter tests/%,$<),-I.) \
	    $(ROOMCFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/gen/sql.h $(B)/gen/sql.c: $(B)/gen/sql.%: tools/sqlgen.awk $(SQL)
	$(call say,SQL,$@)
	@mkdir -p $(@D)
	$(Q)awk -v mode=$* -f $^ >$@.tmp && mv $@.tmp $@

$(B)/gen/shipped.c: tools/embed.sh $(SHIPPED)
	$(call say,GEN,$@)
	@mkdir -p $(@D)
	$(Q)sh $^ >$@.tmp && mv $@.tmp $@

$(B)/gen/%.o: $(B)/gen/%.c $(B)/gen/sql.h
	$(call say,CC,$@)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -Wno-overlength-strings -c -o $@ $<

$(LIBA): $(LIBOBJ)
	$(call say,AR,$@)
	@mkdir -p $(@D)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(LIBSO): $(LIBOBJ)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -shared -Wl,-soname,$(@F) -o $@ $^ $(PKGLIBS)

$(BINS): $(B)/bin/%: $(B)/cmd/%.o $(CMDSRC:%.c=$(B)/%.o) $(LIBA)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(LIBA) $(ROOMLIBS) \
	    $(CMDLIBS) $(PKGLIBS)

# room COMMAND: what its room adds.  A foreign header is not ours to warn of.
define room
$(B)/bin/$1: $(SRC.$1:%.c=$(B)/%.o)
$(B)/bin/$1: ROOMLIBS := $(shell pkg-config --libs $(PKGS.$1)) $(LIBS.$1)
$(SRC.$1:%.c=$(B)/%.o): ROOMCFLAGS := -I. -Icmd \
	$(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PKGS.$1)))
endef
$(foreach c,$(CMDS),$(if $(SRC.$c),$(eval $(call room,$c))))

$(B)/share/locale/%/LC_MESSAGES/caorder.mo: po/%.po
	$(call say,MO,$@)
	@mkdir -p $(@D)
	$(Q)msgfmt -c -o $@ $<

$(B)/lib/pkgconfig/caorder.pc: Makefile
	@mkdir -p $(@D)
	$(Q)printf '%s\n' 'prefix=$(PREFIX)' 'libdir=$(LIBDIR)' \
	    'includedir=$(INCDIR)' '' 'Name: caorder' \
	    'Description: orders for pairs of certificates' \
	    'Version: $(VERSION)' 'Libs: -L$${libdir} -lcaorder' \
	    'Cflags: -I$${includedir}' 'Requires.private: $(PKGS)' >$@

# Tests.  Everything speaks TAP and prove(1) runs it all; a subset is
#	make check-cmd BATS=tests/cmd/ca-apply.bats

J	?= 2
BATS	?= $(sort $(wildcard tests/cmd/*.bats))
FAULTS	?= $(sort $(wildcard tests/fault/*.bats))
INTEROP	?= $(sort $(wildcard tests/interop/*.bats tests/golden/*.bats))
REPLAYS	= $(FUZZES:%=$(B)/fuzz/%)
FAULTSO	= $(B)/fault.so
# What tests call that is no part of the product.
TOOLS	= $(B)/tests/bench/forge $(B)/tests/bench/damage $(B)/tests/pixels \
	  $(B)/tests/wechat/pay
# Tests sync a great deal: on memory, where there is room, it costs nothing.
SCRATCH	:= $(shell df -Pk /dev/shm 2>/dev/null | \
	  awk 'NR == 2 && $$4 > 2000000 { print "/dev/shm"; f = 1 } \
	  END { if (!f) print "/tmp" }')
prove	= TMPDIR=$(SCRATCH) PATH="$(CURDIR)/$(B)/bin:$$PATH" B=$(CURDIR)/$(B) CC="$(CC)" \
	  CMDS="$(CMDS)" ROOMS="$(ROOMS)" \
	  ROOM_CFLAGS="$(shell pkg-config --cflags $(foreach c,$(CMDS),$(PKGS.$c)) 2>/dev/null)" \
	  FAULT_SO=$(CURDIR)/$(FAULTSO) \
	  LSAN_OPTIONS=suppressions=$(CURDIR)/tests/leaks:print_suppressions=0 \
	  prove -j$(J) --exec tests/tap

# The shim and ASan both want to be loaded first, so asan goes without it.
SLOW	= $(if $(filter asan cov,$(VARIANT)),,$(FAULTS))

# Slow files first, so that no core waits for the last of them.
check: deps-check
	$(Q)$(MAKE) --no-print-directory check-all

check-all: all $(TESTS) $(REPLAYS) $(FAULTSO) $(TOOLS)
	$(Q)$(prove) $(SLOW) $(BATS) $(INTEROP) tests/lint/run $(REPLAYS) $(TESTS)

check-unit: $(TESTS)
	$(Q)$(prove) $(TESTS)

check-cmd: all $(TOOLS)
	$(Q)$(prove) $(BATS)

check-fault: all $(FAULTSO) $(TOOLS)
	$(Q)$(prove) $(FAULTS)

check-lint: all
	$(Q)$(prove) tests/lint/run

deps-check:
	@tools/deps check

$(B)/tests/test_oom: WRAP = -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup

# What of a room is tested by itself.
OWN.scan = scan/answer.c scan/pages.c
$(B)/tests/test_scan: $(OWN.scan:%.c=$(B)/%.o) $(B)/scan/jail.o
$(B)/tests/test_scan: WRAP = -lseccomp
$(B)/fuzz/scan: $(OWN.scan:%.c=$(B)/%.o)

$(TESTS): $(B)/tests/%: $(B)/tests/unit/%.o $(LIBA)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKGLIBS) $(WRAP) -lcmocka

$(FAULTSO): tests/fault/fault.c
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c11 -O1 $(WARN) -fPIC -shared -o $@ $< -ldl

$(B)/tests/pixels $(B)/tests/bench/damage: $(B)/tests/%: tests/%.c
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c11 -O2 $(WARN) -o $@ $< \
	    $(shell pkg-config --cflags --libs cairo libjpeg) -lm

# Fuzzing.  The corpora are replayed by "make check"; to look for more:
#	make fuzz T=yaml SECONDS=60

$(REPLAYS): $(B)/fuzz/%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/replay.o $(LIBA)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKGLIBS)

fuzz:
	@case " $(FUZZES) " in *" $(T) "*) ;; \
	    *) echo "make fuzz T=NAME, one of: $(FUZZES)" >&2; exit 2;; esac
	$(Q)$(MAKE) VARIANT=fuzz CC=clang build/fuzz/lib/libcaorder.a
	clang $(CPPFLAGS) -I. -g -fsanitize=fuzzer,address,undefined \
	    -o build/fuzz/fuzz_$(T) tests/fuzz/fuzz_$(T).c $(OWN.$(T)) \
	    build/fuzz/lib/libcaorder.a $(PKGLIBS)
	@mkdir -p build/fuzz/corpus_$(T)
	build/fuzz/fuzz_$(T) -max_total_time=$(or $(SECONDS),60) \
	    build/fuzz/corpus_$(T) tests/fuzz/corpus/$(T)

# The main job as a story, and the figures.

demo: all
	$(Q)PATH="$(CURDIR)/$(B)/bin:$$PATH" examples/demo

bench: all $(TOOLS)
	$(Q)PATH="$(CURDIR)/$(B)/bin:$$PATH" B=$(CURDIR)/$(B) tests/bench/trip
	$(Q)PATH="$(CURDIR)/$(B)/bin:$$PATH" FORGE=$(CURDIR)/$(B)/tests/bench/forge \
	    tests/bench/run

$(B)/tests/bench/forge: $(B)/tests/bench/forge.o $(LIBA)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKGLIBS)

# A WeChat Pay for tests; it shares no code with what it tests.

PAYSRC	:= $(sort $(wildcard tests/wechat/*.c))

$(PAYSRC:%.c=$(B)/%.o): ALL_CFLAGS += -Itests/wechat
$(B)/tests/wechat/pay: $(PAYSRC:%.c=$(B)/%.o)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ -lssl -lcrypto -ljansson

# Messages: "make po" after changing one; translate what it reports.

KEYWORDS = _ N_ cli_error:3 cli_usage:2 cli_say:1 cli_verbose:1 cao_fail:3 cao_fail_errno:2 cao_fail_ssl:3 cao_error_prefix:2 \
	  cao_media_truncated:4 cao_media_damaged:4 cao_pdf_object_damaged:2

POT	:= po/caorder.pot

pot:
	xgettext --from-code=UTF-8 --no-location --sort-output -k \
	    $(KEYWORDS:%=--keyword=%) --package-name=caorder \
	    --flag=cao_fail:3:c-format --flag=cao_fail_errno:2:c-format \
	    --flag=cao_error_prefix:2:c-format --flag=cao_fail_ssl:3:c-format \
	    -o $(POT) $(LIBSRC) $(CMDSRC) $(ROOMSRC) $(CMDS:%=cmd/%.c)
	sed -i '/^"POT-Creation-Date/d' $(POT)

po: pot
	for l in $(LANGS); do msgmerge -q --no-fuzzy-matching --update --backup=none \
	    po/$$l.po po/caorder.pot && msgfmt --statistics -o /dev/null po/$$l.po; done

format:
	clang-format-14 -i lib/*.h lib/*/*.[ch] cmd/*.[ch] tests/*/*.c \
	    $(wildcard $(ROOMS:%=%/*.[ch]))

# Install.

install: all
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBDIR)/pkgconfig \
	    $(DESTDIR)$(INCDIR) $(DESTDIR)$(COMPDIR) $(DESTDIR)$(DOCDIR)
	install -m 755 $(BINS) $(DESTDIR)$(BINDIR)
	install -m 644 $(LIBA) $(DESTDIR)$(LIBDIR)
	install -m 755 $(LIBSO) $(DESTDIR)$(LIBDIR)
	ln -sf $(notdir $(LIBSO)) $(DESTDIR)$(LIBDIR)/libcaorder.so
	install -m 644 $(B)/lib/pkgconfig/caorder.pc \
	    $(DESTDIR)$(LIBDIR)/pkgconfig
	install -m 644 lib/caorder.h $(DESTDIR)$(INCDIR)
	for m in $(MAN); do s=$${m##*.}; \
	    install -d $(DESTDIR)$(MANDIR)/man$$s && \
	    install -m 644 $$m $(DESTDIR)$(MANDIR)/man$$s || exit 1; done
	for l in $(LANGS); do \
	    install -d $(DESTDIR)$(LOCDIR)/$$l/LC_MESSAGES && \
	    install -m 644 $(B)/share/locale/$$l/LC_MESSAGES/caorder.mo \
	    $(DESTDIR)$(LOCDIR)/$$l/LC_MESSAGES || exit 1; done
	for c in $(CMDS); do install -m 644 share/completions/ca \
	    $(DESTDIR)$(COMPDIR)/$$c || exit 1; done
	for f in $(SHARED); do \
	    install -d $(DESTDIR)$(DATADIR)/$${f%/*} && \
	    install -m 644 share/$$f $(DESTDIR)$(DATADIR)/$${f%/*} || exit 1; done
	install -d $(DESTDIR)$(DATADIR)/hooks
	install -m 755 share/hooks/* $(DESTDIR)$(DATADIR)/hooks
	install -m 644 README.md NEWS.md SECURITY.md LICENSE $(DESTDIR)$(DOCDIR)

uninstall:
	rm -f $(CMDS:%=$(DESTDIR)$(BINDIR)/%) $(CMDS:%=$(DESTDIR)$(COMPDIR)/%) \
	    $(DESTDIR)$(LIBDIR)/libcaorder.a $(DESTDIR)$(LIBDIR)/libcaorder.so* \
	    $(DESTDIR)$(LIBDIR)/pkgconfig/caorder.pc \
	    $(DESTDIR)$(INCDIR)/caorder.h
	for m in $(MAN); do \
	    rm -f $(DESTDIR)$(MANDIR)/man$${m##*.}/$${m##*/}; done
	for l in $(LANGS); do \
	    rm -f $(DESTDIR)$(LOCDIR)/$$l/LC_MESSAGES/caorder.mo; done
	rm -rf $(DESTDIR)$(DOCDIR) $(DESTDIR)$(DATADIR)

# The source as one file; distcheck builds, tests and installs from it, and
# uses what it installed.

DIST	= caorder-$(VERSION)

dist:
	@mkdir -p build
	git archive --format=tar --prefix=$(DIST)/ HEAD | gzip -n9 >build/$(DIST).tar.gz

distcheck: dist
	rm -rf build/distcheck
	mkdir -p build/distcheck
	tar -xzf build/$(DIST).tar.gz -C build/distcheck
	$(MAKE) -C build/distcheck/$(DIST) check
	$(MAKE) -C build/distcheck/$(DIST) install \
	    PREFIX=/usr DESTDIR=$(CURDIR)/build/distcheck/root
	tools/tryout build/distcheck/root/usr
	$(MAKE) -C build/distcheck/$(DIST) uninstall \
	    PREFIX=/usr DESTDIR=$(CURDIR)/build/distcheck/root
	test -z "$$(find build/distcheck/root ! -type d)"
	@echo "build/$(DIST).tar.gz is good"

clean:
	rm -rf build

.PHONY: all po pot check check-all check-unit check-cmd check-fault check-lint \
	deps-check fuzz demo bench format install uninstall dist distcheck clean
.DELETE_ON_ERROR:
.SECONDARY:

-include $(LIBOBJ:.o=.d) $(CMDS:%=$(B)/cmd/%.d) $(CMDSRC:%.c=$(B)/%.d) \
	$(ROOMSRC:%.c=$(B)/%.d) $(UNITS:%=$(B)/tests/unit/%.d) \
	$(FUZZES:%=$(B)/tests/fuzz/fuzz_%.d)
