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

VARIANT	?= release
B	:= build$(if $(filter-out release,$(VARIANT)),/$(VARIANT))

# What there is.  A new command is one line here, one file in cmd/, one page
# in man/ and one .bats; the lint fails if any of the four is missing.  A
# module is its files in a room of lib/; a unit test or a fuzz target is its
# file.

CMDS	= ca-apply ca-upload ca-pay ca-review ca-issue ca-install ca-query \
	  ca-admin
LIBSRC	:= $(sort $(wildcard lib/*/*.c))
CMDSRC	:= $(sort $(filter-out $(CMDS:%=cmd/%.c),$(wildcard cmd/*.c)))
UNITS	:= $(sort $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c)))
FUZZES	:= $(sort $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c)))
LANGS	= zh_CN

# Flags.  The library's packages, then those of the tools alone.

PKGS	= libcrypto sqlite3 yaml-0.1 zlib jansson libutf8proc
CMDPKGS	= smartcols libbsd-overlay
# Nothing but fetching packages may happen before they are there.
ifneq ($(filter-out deps clean format dist,$(or $(MAKECMDGOALS),all)),)
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
COMPS	= $(CMDS:%=$(B)/share/completions/%)
MAN	= $(wildcard man/*.[1357])
SQL	= lib/store/sql/schema.sql $(sort $(filter-out %/schema.sql,\
	  $(wildcard lib/store/sql/*.sql)))
SHIPPED	= $(sort $(wildcard share/services/*.yaml share/rules/*.yaml \
	  share/agreements/*.txt))

all: $(BINS) $(LIBSO) $(MOS) $(B)/lib/pkgconfig/caorder.pc

$(B)/%.o: %.c | $(B)/gen/sql.h
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(if $(filter cmd/%,$<),$(CMDCFLAGS)) \
	    $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

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
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(CMDLIBS) $(PKGLIBS)

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
BATS	?= $(wildcard tests/cmd/*.bats)
FAULTS	?= $(wildcard tests/fault/*.bats)
INTEROP	?= $(wildcard tests/interop/*.bats tests/golden/*.bats)
testenv	= PATH="$(CURDIR)/$(B)/bin:$$PATH" B=$(CURDIR)/$(B) \
	  FAULT_SO=$(CURDIR)/$(B)/fault.so

$(TESTS): $(B)/tests/%: $(B)/tests/unit/%.o $(LIBA)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) $(WRAP.$*) -o $@ $^ $(PKGLIBS) -lcmocka

$(B)/tests/test_oom: WRAP.test_oom = -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup

check-unit: $(TESTS)
	$(Q)$(testenv) prove -j$(J) --exec tests/tap $(TESTS)

check-cmd: all
	$(Q)$(testenv) prove -j$(J) --exec tests/tap $(BATS)

format:
	clang-format -i lib/*.h lib/*/*.[ch] cmd/*.[ch] tests/*/*.c

clean:
	rm -rf build

.PHONY: all format check-unit check-cmd clean
.DELETE_ON_ERROR:
.SECONDARY:

-include $(LIBOBJ:.o=.d) $(CMDS:%=$(B)/cmd/%.d) $(CMDSRC:%.c=$(B)/%.d) \
	$(UNITS:%=$(B)/tests/unit/%.d)
