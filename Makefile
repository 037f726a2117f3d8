# SPDX-License-Identifier: MIT
# make          builds ./tcpalive
# make check    builds it and runs the tests (bats)
# make unit     builds the unit tests, which need no network, into $(BUILD)/unit
# make confine  builds $(BUILD)/confine, which runs a command as root of a default container
# make bench    measures it against bare loops, see bench/README.md (make bench BENCH='--quick lag cpu')
# make install  PREFIX=/usr/local DESTDIR=
#
# BUILD is where objects go, BIN the program: give both for a second build
# beside the first (make BUILD=/tmp/san BIN=/tmp/san/tcpalive SANITIZE=address,undefined).

PREFIX ?= /usr/local
DESTDIR ?=
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
BASHCOMPDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHCOMPDIR ?= $(PREFIX)/share/zsh/site-functions
FISHCOMPDIR ?= $(PREFIX)/share/fish/vendor_completions.d

BUILD ?= build
BIN ?= tcpalive
CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
HARDEN := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
LDHARDEN := -pie -Wl,-z,relro,-z,now
ifdef SANITIZE
HARDEN := -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
LDHARDEN := -fsanitize=$(SANITIZE)
endif
ifdef WERROR
WARNINGS += -Werror
endif

SOURCES := tcpalive.c $(wildcard probes/*.c faults/*.c src/*/*.c)
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
UNITS := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*.c))

BENCHES := server bare

ifndef VERBOSE
.SILENT:
endif

all: $(BIN)

$(BIN): $(OBJECTS)
	$(CC) $(CFLAGS) $(LDHARDEN) $(LDFLAGS) -o $@ $(OBJECTS) $(LDLIBS)

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE -I. -Isrc $(CPPFLAGS) $(CFLAGS) $(WARNINGS) $(HARDEN) -MMD -MP -c -o $@ $<

# A unit test program is one file, and all of the program but its main.
$(UNITS): $(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(filter-out $(BUILD)/tcpalive.o,$(OBJECTS))
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDHARDEN) $(LDFLAGS) -o $@ $^ $(LDLIBS)

-include $(OBJECTS:.o=.d) $(UNITS:$(BUILD)/unit/%=$(BUILD)/tests/unit/%.d) $(BUILD)/tests/confine.d
-include $(BENCHES:%=$(BUILD)/bench/%.d) $(BUILD)/bench/common.d

unit: $(UNITS)

confine: $(BUILD)/confine

$(BUILD)/confine: $(BUILD)/tests/confine.o
	$(CC) $(CFLAGS) $(LDHARDEN) $(LDFLAGS) -o $@ $^

# The programs that it is held against.
bench-build: $(BENCHES:%=$(BUILD)/bench/%)

$(BENCHES:%=$(BUILD)/bench/%): %: %.o $(BUILD)/bench/common.o
	$(CC) $(CFLAGS) $(LDHARDEN) $(LDFLAGS) -o $@ $^

bench: $(BIN) bench-build
	@CC="$(CC)" bench/run --programs $(BUILD)/bench --tcpalive $(BIN) $(BENCH)

# The unit tests side by side, unless make was told how many.
check: $(BIN)
	@$(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$$(nproc)) unit bench-build
	@UNITS=$(BUILD)/unit tests/run $(BIN)

install: $(BIN)
	install -D -m 755 $(BIN) $(DESTDIR)$(BINDIR)/tcpalive
	install -D -m 644 man/tcpalive.1 $(DESTDIR)$(MANDIR)/man1/tcpalive.1
	install -D -m 644 completions/tcpalive.bash $(DESTDIR)$(BASHCOMPDIR)/tcpalive
	install -D -m 644 completions/tcpalive.zsh $(DESTDIR)$(ZSHCOMPDIR)/_tcpalive
	install -D -m 644 completions/tcpalive.fish $(DESTDIR)$(FISHCOMPDIR)/tcpalive.fish

uninstall:
	rm -f $(DESTDIR)$(BINDIR)/tcpalive $(DESTDIR)$(MANDIR)/man1/tcpalive.1 \
		$(DESTDIR)$(BASHCOMPDIR)/tcpalive $(DESTDIR)$(ZSHCOMPDIR)/_tcpalive \
		$(DESTDIR)$(FISHCOMPDIR)/tcpalive.fish

clean:
	rm -rf $(BUILD) $(BIN)

.PHONY: all unit confine bench bench-build check install uninstall clean
.DELETE_ON_ERROR:
