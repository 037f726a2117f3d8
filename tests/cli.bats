#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2034,SC2046,SC2154,SC1003
# The command line, without any network: what is wrong is said in one line with the
# right status, and what is right is taken.

load helper
load command-line

setup_file() { one_by_one; }

@test "without anything to watch it says what to give" {
	refuses 2 'no HOST:PORT: give one, or --listen PORT, or a verb (see --help)'
	refuses 2 'no HOST:PORT' --all
	refuses 2 'no HOST:PORT' --
	refuses 2 'no HOST:PORT: give one, or --listen PORT (see --help)' peer
	refuses 2 'no HOST:PORT: give one, or --listen PORT (see --help)' watch
}

@test "an unknown option has a suggestion" {
	refuses 2 "'--prbe': unknown option (did you mean '--probe'?)" --prbe h:1
	refuses 2 "'--frobnicate': unknown option (see --help)" --frobnicate h:1
	refuses 2 "'-z': unknown option" -z h:1
	refuses 2 "'-z': unknown option" -az h:1
	refuses 2 "'--': unknown option" --=3 h:1 || refuses 2 'ambiguous' --=3 h:1
}

@test "an abbreviation that fits two options is ambiguous, an exact name is not" {
	refuses 2 "'--conn': ambiguous ('--connections' or '--connect-timeout')" --conn 3 h:1
	takes --fault drop h:1
	takes --li 9000
	# what another verb has does not count
	refuses 2 "'--sy': not an option of watch (of lab, predict, advise)" --sy x h:1
	takes --prob peek h:1
}

@test "option values: missing, too many, attached, bundled, behind operands" {
	refuses 2 '--probe: no value' h:1 --probe
	refuses 2 '--probe: no value' h:1 -p
	refuses 2 "'--all=yes': takes no value" --all=yes h:1
	takes -ppeek -n2 h:1
	takes -avn2 h:1
	takes h:1 --probe=peek -v
	refuses 2 "'-1:2:3'" -- -1:2:3
	refuses 2 "'--all': no port" h:1 -- --all
}

@test "probes: unknown, empty, twice" {
	refuses 2 "'peak': unknown probe (did you mean 'peek'?)" -p peak h:1
	refuses 2 "'kepalive': unknown probe (did you mean 'keepalive'?)" -p peek+kepalive h:1
	refuses 2 "'xyzzy': unknown probe (see tcpalive list)" -p xyzzy h:1
	refuses 2 'empty probe name' -p '' h:1
	refuses 2 'empty probe name' -p , h:1
	refuses 2 'empty probe name' -p peek, h:1
	refuses 2 'empty probe name' -p peek+ h:1
	refuses 2 'peek twice on one connection' -p peek+peek h:1
	refuses 2 "'peek' is given twice" -p peek,peek h:1
	refuses 2 "'peek' is given twice" -p peek -p peek h:1
	refuses 2 "'keepalive' and 'keepalive:idle=1s': twice on one connection" \
		--listen 0 -p keepalive,keepalive:idle=1s
	takes -p keepalive,keepalive:idle=1s h:1
	takes -p default,peek h:1
	takes -a -p peek,keepalive:idle=1s h:1
}

@test "parameters: unknown, empty, twice, out of bounds" {
	refuses 2 "keepalive: 'idel': unknown parameter (did you mean 'idle'?)" -p keepalive:idel=1s h:1
	refuses 2 "keepalive: 'xyzzy': unknown parameter (it has idle, intvl, cnt)" -p keepalive:xyzzy=1 h:1
	refuses 2 "peek: 'x': unknown parameter (it has none)" -p peek:x=1 h:1
	refuses 2 "keepalive: 'cnt=200': must be 1 to 127" -p keepalive:cnt=200 h:1
	refuses 2 "keepalive: 'cnt=0': must be 1 to 127" -p keepalive:cnt=0 h:1
	refuses 2 "keepalive: 'cnt=-1': must be 1 to 127, not negative" -p keepalive:cnt=-1 h:1
	refuses 2 "keepalive: 'cnt=1.5': must be a whole number" -p keepalive:cnt=1.5 h:1
	refuses 2 "keepalive: 'cnt=99999999999999999999': must be 1 to 127" \
		-p keepalive:cnt=99999999999999999999 h:1
	refuses 2 "keepalive: 'cnt=': empty" -p keepalive:cnt= h:1
	refuses 2 "keepalive: 'cnt': no value (give cnt=N)" -p keepalive:cnt h:1
	refuses 2 "keepalive: '=3': empty parameter name" -p keepalive:=3 h:1
	refuses 2 'idle is given twice' -p keepalive:idle=1s:idle=2s h:1
	refuses 2 "nothing after the ':'" -p keepalive: h:1
	refuses 2 "nothing after the last ':'" -p keepalive:cnt=3: h:1
	takes -p keepalive:idle=system:intvl=system:cnt=system h:1
}

@test "bytes: escapes, bounds" {
	takes -p 'write-probe:data=a\,b\+c\:d\=e\\\x41\r\n\t' h:1
	refuses 2 'unknown escape' -p 'write-probe:data=\q' h:1
	refuses 2 'unknown escape' -p 'write-probe:data=\x4' h:1
	refuses 2 'unknown escape' -p 'write-probe:data=a\' h:1
	refuses 2 'must be 1 to 256 bytes' -p write-probe:data= h:1
	takes -p "write-probe:data=$(printf 'a%.0s' {1..256})" h:1
	refuses 2 'must be 1 to 256 bytes' -p "write-probe:data=$(printf 'a%.0s' {1..257})" h:1
}

@test "values in double quotes need no backslash, and where they lack the quotes the whole spec comes back" {
	takes -p 'heartbeat:send="PING\r\n":want="+PONG, a=b:c",peek' h:1
	takes --fault 'drop' -p 'write-probe:data="\"\x41+"+peek' h:1
	refuses 2 "(did you mean 'heartbeat:send=PING\r\n:want=\"+PONG\"'?)" -p 'heartbeat:send=PING\r\n:want=+PONG' h:1
	refuses 2 'no closing double quote' -p 'heartbeat:want="+PONG' h:1
	refuses 2 "at 'b': text behind the closing double quote" -p 'heartbeat:want="a"b' h:1
	refuses 2 'a double quote that begins no value' -p 'heartbeat:want=a"b"' h:1
	run tcpalive lab 'data-then-close:data="a' h:1
	[ "$status" -eq 2 ]
	[[ $output == *'no closing double quote' ]]
	run tcpalive predict drop -p peek --sysctl 'tcp_retries2="8"'
	[ "$status" -eq 0 ]
	# What is printed can be typed.
	run tcpalive predict drop -p 'write-probe:data=a\,b\+c,write-probe'
	[[ $output == *'write-probe:data="a,b+c"'* ]]
}

@test "words: one of those there are" {
	refuses 2 "heartbeat: 'eof=maybe': must be one of " -p heartbeat:eof=maybe h:1
	refuses 2 "'alwys': unknown word (did you mean 'always'?)" --color alwys h:1
	refuses 2 "'': unknown word (auto|always|never)" --color= h:1
}

@test "times: units, fractions, bounds, rubbish" {
	takes -i 250ms h:1
	takes -i 500us h:1
	takes -i 1.5s h:1
	takes -i .5 h:1
	takes -i 2 h:1
	takes -w 2h11m15s h:1
	refuses 2 "--interval: '': empty" -i '' h:1
	refuses 2 "'0': must be 100us to 1h" -i 0 h:1
	refuses 2 "'-1s': must be 100us to 1h, not negative" -i -1s h:1
	refuses 2 "'2h': must be 100us to 1h" -i 2h h:1
	refuses 2 'must be ' -i 99999999999999999999999999h h:1
	refuses 2 "unknown unit 'x' (us, ms, s, m or h)" -i 10x h:1
	refuses 2 "unknown unit 'e'" -i 1e3 h:1
	refuses 2 "unknown unit 'x'" -i 0x10 h:1
	refuses 2 "'!' after the time" -i 10s! h:1
	refuses 2 "'.5' after the number" -i 1.5.5 h:1
	refuses 2 'not a time' -i nan h:1
	refuses 2 'not a time' -i . h:1
	refuses 2 'not a time' -i - h:1
	refuses 2 'not a time' -i ' 5' h:1
	refuses 2 'the last number has no unit' -i 10s5 h:1
	refuses 2 '--timeout' -t -1 h:1
	refuses 2 '--within' -w 0 h:1
	refuses 2 "advise: '1ms': must be 5ms to 1h" advise 1ms
}

@test "counts: bounds" {
	takes -n 1000000 h:1
	refuses 2 "--connections: '0': must be 1 to 1000000" -n 0 h:1
	refuses 2 'must be 1 to 1000000' -n 1000001 h:1
	refuses 2 'not negative' -n -5 h:1
	refuses 2 'not a number' -n ten h:1
	refuses 2 'must be a whole number' -n 1.5 h:1
	refuses 2 "'k' after the number" -n 1k h:1
	refuses 2 'empty' -n '' h:1
}

@test "HOST:PORT: each mistake has its own line" {
	refuses 2 "'host': no port" host
	refuses 2 "':80': no host" :80
	refuses 2 "'[::1': no closing bracket" '[::1'
	refuses 2 "'[::1]': no port" '[::1]'
	refuses 2 'the bracket must be followed by :PORT' '[::1]80'
	refuses 2 "'name' is not an IPv6 address" '[name]:80'
	refuses 2 'empty scope' '[fe80::1%]:80'
	refuses 2 "'a:b:c': more than one ':' (IPv6 needs brackets" a:b:c
	refuses 2 'IPv6 needs brackets' ::1
	refuses 2 'IPv6 needs brackets' ::1:80
	refuses 2 "'host:0': port must be 1 to 65535" host:0
	refuses 2 "'host:65536': port must be 1 to 65535" host:65536
	refuses 2 'port must be 1 to 65535, not negative' host:-1
	refuses 2 'neither a port number nor a service name' host:+80
	refuses 2 'neither a port number nor a service name' 'host: 80'
	refuses 2 "'host:': empty port" host:
	refuses 2 "'9000': a port alone" 9000
	refuses 2 "'gopher://host': unknown protocol (see tcpalive list)" gopher://host
	refuses 2 "'redis://host': a login in a URL" redis://user:secret@host
	refuses 2 "'redis://host': a peer speaks no protocol (give HOST:PORT)" peer redis://host
	refuses 2 'a URL (give HOST:PORT)' --listen http://host:80
	refuses 2 "'': empty" ''
	refuses 2 "'second': no port" host:80 second
	takes host:http
	takes '[fe80::1%lo]:80' '[::1]:http' 127.0.0.1:65535
}

@test "HOST PORT as with nc, among others, and --listen ADDR PORT" {
	takes db 6379
	takes db http
	takes watch db 6379
	takes a:1 b 2 c:3 ::1 80 fe80::1%lo ssh '[::1]' 443 127.0.0.1 9
	takes --listen 127.0.0.1 9000
	takes --listen :: 0
	takes 9000 --listen localhost
	refuses 2 "'db': no port (such as db:6379 or db 6379), and no verb" db
	refuses 2 "'db.example': no port (such as db.example:6379 or db.example 6379)" db.example
	refuses 2 "'[::1]': no port (such as [::1]:6379 or [::1] 6379)" '[::1]'
	refuses 2 "'b': no port" a:1 b c:3
	refuses 2 "'80': a port alone" a:1 80
	refuses 2 "'443': a port alone" a 80 443
	refuses 2 "'a.example': no port" a.example b.example
	refuses 2 "'db:0': port must be 1 to 65535" db 0
	refuses 2 "'[::1]:65536': port must be 1 to 65535" ::1 65536
	refuses 2 "'9001': --listen takes no HOST:PORT" --listen 9000 9001
	refuses 2 "'9001': --listen takes no HOST:PORT" --listen h:9000 9001
	run tcpalive -o json --connect-timeout 100ms -t 5s ::1 1
	[ "$status" -eq 3 ]
	[[ $output == *"tcpalive: '[::1]:1' "* ]]
	run tcpalive -o json -t 100ms --listen 127.0.0.1 0
	[ "$(jq -r 'select(.event == "listening").address' <<<"${lines[1]}")" != '' ]
	[[ ${lines[1]} == *'"127.0.0.1:'* ]]
}

@test "--listen [ADDR:]PORT" {
	refuses 2 "':80': no address" --listen :80
	refuses 2 "'65536': port must be 0 to 65535" --listen 65536
	refuses 2 'port must be 0 to 65535' --listen -1
	refuses 2 'IPv6 needs brackets' --listen ::1
	refuses 2 'empty' --listen ''
	refuses 2 'a second one' --listen 1 --listen 2
	refuses 2 '--listen takes no HOST:PORT' --listen 9000 host:80
	takes --listen 0
	takes --listen http
	takes --listen 127.0.0.1:0
	takes --listen '[::1]:9000'
}

@test "options that do not go together" {
	refuses 2 "'--ipv4' and '--ipv6'" -46 h:1
	refuses 2 "'--keep-open': only with --listen" -k h:1
	refuses 2 "'--max-clients': only with --listen" --max-clients 3 h:1
	refuses 2 "'--fault-at': only with --fault or --fault-exec" --fault-at 3 h:1
	refuses 2 'one fault at a time' --fault drop --fault-exec true h:1
	refuses 2 'one at a time' --fault drop --fault drop h:1
	refuses 2 "'--fault-at': only with --fault" peer --fault-at 3 h:1
	refuses 2 "'--pcap': only with --verify" advise 10s --pcap .
	refuses 2 'there is nothing to connect to' --listen 9000 --connect-timeout 3s
	refuses 2 'give the address as --listen ADDR:PORT' --listen 9000 -s 127.0.0.1
	refuses 2 "--fault-exec: '': empty" --fault-exec '' h:1
}

@test "faults: unknown, twice, not from here" {
	refuses 2 "'dorp': unknown fault (did you mean 'drop'?)" --fault dorp h:1
	refuses 2 "'dorp': unknown fault (did you mean 'drop'?)" lab drop,dorp
	refuses 2 "'dorp': unknown fault (did you mean 'drop'?)" predict drop dorp
	refuses 2 "'xyzzy': unknown fault (see tcpalive list)" lab xyzzy
	refuses 2 "'keepalive': unknown fault (a probe: give it with -p)" lab keepalive
	refuses 2 "'drop': a fault that is given twice" lab drop,drop
	refuses 2 "'drop': a fault that is given twice" lab drop freeze drop
	refuses 2 'empty fault name' lab drop,
	refuses 2 'empty fault name' lab ''
	refuses 2 "reboot-late: 'for=0': must be" lab reboot-late:for=0
	refuses 2 "reboot-late: 'fro': unknown parameter (did you mean 'for'?)" predict drop reboot-late:fro=1s
	refuses 2 'unknown parameter' --fault drop:x=1 h:1
	takes --fault drop h:1
	local fault
	for fault in $("$TCPALIVE" rows faults | cut -f1 | grep -vxE 'drop|none'); do
		refuses 2 "tcpalive lab $fault" --fault "$fault" h:1
	done
}

@test "--expect: words, probes that are not there, contradictions" {
	refuses 2 "'alvie': unknown probe (did you mean 'alive'?)" --expect alvie h:1
	refuses 2 'peek is not among the probes' -p rdhup --expect 'peek<=1s' h:1
	refuses 2 'give PROBE<=DUR or PROBE=never' -p peek --expect peek h:1
	refuses 2 'give PROBE<=DUR or PROBE=never' -p peek --expect 'peek<1s' h:1
	refuses 2 'give PROBE<=DUR or PROBE=never' -p peek --expect 'peek=nevr' h:1
	refuses 2 'not a time' -p peek --expect 'peek<=soon' h:1
	refuses 2 'must be' -p peek --expect 'peek<=-1' h:1
	refuses 2 'give any, all, alive' --expect '' h:1
	refuses 2 "'alive' and 'all' contradict" --expect alive --expect all h:1
	refuses 2 "'alive' and 'peek<=1s' contradict" -p peek --expect alive --expect 'peek<=1s' h:1
	refuses 2 "'peek=never' and 'all' contradict" -p peek --expect peek=never --expect all h:1
	takes -p peek --expect any --expect 'peek<=1s' --expect all h:1
}

@test "--output: unknown, two on standard output, no file" {
	refuses 2 "'jsn': unknown report (did you mean 'json'?)" -o jsn h:1
	refuses 2 "'': unknown report" -o '' h:1
	refuses 2 'a second report on standard output (give text=FILE)' -o json -o text h:1
	refuses 2 'a second report on standard output' -o json -o json=- h:1
	refuses 2 'a second report into this file' -o json=x -o text=x h:1
	refuses 2 'empty file name' -o json= h:1
	[ ! -e x ]
	if "$TCPALIVE" rows reports | grep -q '^svg	'; then
		refuses 2 'needs a file (give svg=FILE)' -o svg h:1
	fi
}

@test "a word of 100,000 bytes and one with control characters come back short and harmless" {
	local huge
	huge=$(head -c 100000 /dev/zero | tr '\0' a)
	refuses 2 'aaa...' -p "$huge" h:1
	refuses 2 'aaa...' "--$huge" h:1
	refuses 2 'aaa...' "$huge"
	refuses 2 'longer than 255 bytes' "$huge:80"
	refuses 2 'aaa...' --listen "$huge"
	refuses 2 'aaa...' -o "$huge" h:1
	refuses 2 'aaa...' --expect "$huge" h:1
	refuses 2 'aaa...' -i "$huge" h:1
	refuses 2 "'pe\x1b[31mek': unknown probe" -p $'pe\e[31mek' h:1
	refuses 2 "'pe\x0aek': unknown probe" -p $'pe\nek' h:1
}

@test "what is no text in this locale is made visible, and nothing is cut in two" {
	local long
	long=$(printf 'ü%.0s' {1..60})
	LC_ALL=C.UTF-8
	export LC_ALL
	refuses 2 "'p\xffeek': unknown probe (did you mean 'peek'?)" -p $'p\xffeek' h:1
	refuses 2 "'pé': unknown probe" -p pé h:1
	refuses 2 "'p\xe2\x80\xaeeek'" -p $'p\xe2\x80\xaeeek' h:1
	refuses 2 "'\xc3' after the number" -i $'5\xc3' h:1
	refuses 2 "'-\xff': unknown option" $'-\xff' h:1
	refuses 2 "üüü...'" -p "$long" h:1
	refuses 2 "\xff\xff...'" -p "${long//ü/$'\xff'}" h:1
	refuses 4 "/nonexistent/\xff" -q -p read -o $'json=/nonexistent/\xff' 127.0.0.1:1
	LC_ALL=C
	refuses 2 "'p\xc3\xa9': unknown probe" -p pé h:1
}

@test "a word in capitals has a suggestion" {
	refuses 2 "'PEEK': unknown probe (did you mean 'peek'?)" -p PEEK h:1
	refuses 2 "'KeepAliv': unknown probe (did you mean 'keepalive'?)" -p KeepAliv h:1
	refuses 2 "'--Probe': unknown option (did you mean '--probe'?)" --Probe peek h:1
	refuses 2 "'JSON': unknown report (did you mean 'json'?)" -o JSON h:1
}
