/* SPDX-License-Identifier: MIT */
/* Scenes for reports.c: the limit of idle connections, found and not. */

static struct event_idle_limit *put_limit(int ms, int at_least, int at_most, unsigned asked)
{
	struct event_idle_limit *l = &put(EVENT_IDLE_LIMIT, ms)->limit;

	*l = (struct event_idle_limit){
		.remote = "192.0.2.2:80", .question = "a keepalive segment", .up_to = MS(3600000), .at_least = MS(at_least),
		.at_most = at_most ? MS(at_most) : NS_NEVER, .how = at_most ? FORGETS_SILENTLY : FORGETS_NOT, .asked = asked, .open = 39,
		.left = MS(3600000) - MS(ms), .keepalive = NS_NEVER,
	};
	return l;
}

static struct event_idle_limit *put_last(int ms, int at_least, int at_most, enum forgetting how)
{
	struct event_idle_limit *l = put_limit(ms, at_least, at_most, 30);

	l->final = true;
	l->left = TIME_NONE;
	l->how = how;
	l->kept_each = MS(99000);
	l->kept_for = MS(401000);
	return l;
}

static void begin_idle(void)
{
	begin("idle-limit", 0, 39);
	context.nprobes = 0;
	context.nexpects = 0;
	put(EVENT_START, 0);
	put_limit(30, 0, 0, 0);
}

static void a_limit_is_found(void)
{
	struct event_idle_limit *l;

	begin_idle();
	put_limit(290000, 289000, 0, 26);
	put_limit(365000, 289000, 361500, 27);
	snprintf(put(EVENT_NOTE, 366000)->note, sizeof(events->note), "only 30 connections could be made: Connection refused");
	l = put_last(401000, 344720, 360320, FORGETS_BY_RST);
	l->known_as = "an AWS Network Load Balancer, an AWS NAT gateway";
	l->keepalive = MS(172000);
	l->kept = KEPT_ALIVE;
	put_end(0, NULL);
	check_scene("idle-limit");
	check_text("idle-limit-v", 1, "80");
	check_text("idle-limit-q", -1, "60");
}

static void the_peer_closes(void)
{
	struct event_idle_limit *l;

	begin_idle();
	l = put_last(63000, 60002, 60010, FORGETS_BY_PEER);
	l->unasked = true;
	l->kept = KEPT_NOT;
	l->keepalive = MS(30000);
	put_end(0, NULL);
	check_scene("idle-limit-peer");
}

static void no_limit(void)
{
	begin_idle();
	put_last(3600000, 300000, 0, FORGETS_NOT)->spoke = MS(300000);
	put_end(5, NULL);
	check_scene("idle-limit-none");
}

static void limits_contradict(void)
{
	begin_idle();
	put_last(80000, 74000, 61000, FORGETS_BY_RST)->contradicts = true;
	put_end(1, NULL);
	check_scene("idle-limit-contradicts");
}

static void other_ways_to_forget(void)
{
	struct event_idle_limit *l;

	begin_idle();
	l = put_last(13000, 11670, 12190, FORGETS_BY_RST);
	l->mixed = true;
	l->kept = KEPT_NOT;
	put_last(13000, 0, 1000, FORGETS_BY_FIN);
	l = put_last(13000, 4900, 5100, FORGETS_SILENTLY);
	l->inbound = true;
	put_last(13000, 4900, 5100, FORGETS_SILENTLY);
	l = put_last(242000, 240001, 240002, FORGETS_BY_RST);
	l->unasked = true;
	l->kept = KEPT_ALIVE;
	l->keepalive = MS(120000);
	put_end(0, NULL);
	check_scene("idle-limit-ways");
}
