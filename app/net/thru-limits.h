/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

/* What a stranger, or a room gone wrong, can take from us. Everything that is counted here is refused or closed beyond it, never
 * queued. Times in microseconds. The limits of the other layers stand beside what they limit; app/DESIGN.md lists all of them,
 * with the test of each. */

/* Connections that they opened. Far below RLIMIT_NOFILE, because a listener that runs into it spins. An address that a link
 * lasted with is known: the last places are kept for it, and it need not wait until strangers are decided on. */
#define THRU_LIMIT_LINKS 64
#define THRU_LIMIT_LINKS_KEPT 16
#define THRU_LIMIT_LINKS_PER_ADDRESS 4
#define THRU_LIMIT_LINKS_UNDECIDED 8
#define THRU_LIMIT_DIALS 512

/* Connections from one address that came to nothing: they ended before they were accepted, or before they had lasted. So many in
 * so long, and the address is ignored: a known one for so short a time that it is back within the 5 s that are promised to it. */
#define THRU_LIMIT_LASTING_US (2 * G_USEC_PER_SEC)
#define THRU_LIMIT_FAILURES 10
#define THRU_LIMIT_FAILURES_US (120 * G_USEC_PER_SEC)
#define THRU_LIMIT_IGNORED_US (300 * G_USEC_PER_SEC)
#define THRU_LIMIT_IGNORED_KNOWN_US (2 * G_USEC_PER_SEC)

/* Before a link is accepted: until hello, silence, the decision. */
#define THRU_LIMIT_HELLO_US (5 * G_USEC_PER_SEC)
#define THRU_LIMIT_UNDECIDED_QUIET_US (30 * G_USEC_PER_SEC)
#define THRU_LIMIT_UNDECIDED_US (120 * G_USEC_PER_SEC)
#define THRU_LIMIT_UNDECIDED_MIDI 512          /* octets thrown away */
#define THRU_LIMIT_UNDECIDED_SESSION (64 * 1024) /* octets of messages held until then */

/* From one link: MIDI messages a second, beyond which what can be spared is dropped, and beyond which the link is closed. A cable
 * carries some 1,000; a room with many devices under automation reaches 20,000. */
#define THRU_LIMIT_MESSAGES_PER_SECOND 25000
#define THRU_LIMIT_MESSAGES_BURST 10000
#define THRU_LIMIT_FLOOD_PER_SECOND 60000
#define THRU_LIMIT_FLOOD_SECONDS 2
#define THRU_LIMIT_OCTETS_PER_SECOND (4 * 1024 * 1024) /* and as many at once; beyond, it is read as slowly as that */
#define THRU_LIMIT_SESSION_PER_SECOND 200
#define THRU_LIMIT_SESSION_BURST 600
#define THRU_LIMIT_STREAMS 256                 /* addresses that one link plays at once */

/* Long System Exclusive from one link while it comes in, octets; the room's own bound is THRU_ROUTER_SYSEX_OCTETS. */
#define THRU_LIMIT_SYSEX_OCTETS_PER_LINK (2 * 1024 * 1024)

/* Long System Exclusive to one link: octets of a frame, and octets that may wait for the socket when one more is added, so that a
 * note never stands behind more. */
#define THRU_LIMIT_SYSEX_PIECE 1024
#define THRU_LIMIT_SYSEX_WAITING 2048

/* To one link: session messages that wait for room behind its output queue, in octets. */
#define THRU_LIMIT_SESSION_QUEUE (512 * 1024)

/* A bye is given this long to leave. */
#define THRU_LIMIT_LINGER_US (200 * 1000)

/* Work in one wake-up, so that one busy link does not starve the others: octets, chunks of an input, connections. */
#define THRU_LIMIT_READ (64 * 1024)
#define THRU_LIMIT_CHUNKS 1024
#define THRU_LIMIT_ACCEPTS 16

/* Events that wait for the thread that made the engine. */
#define THRU_LIMIT_EVENTS_SPARE 512            /* beyond it, what only informs is dropped */
#define THRU_LIMIT_EVENTS_PER_LINK 512         /* beyond it, the link is closed */
#define THRU_LIMIT_EVENTS_TOTAL 1024           /* beyond it, a link is closed that has more than its share */
#define THRU_LIMIT_EVENTS_SHARE 32

/* What all this comes to for one link that is as full as it can be, octets, and for each address that it plays; beside long
 * System Exclusive, which has its own bound. Only the limits above enforce it; a test measures it. */
#define THRU_LIMIT_MEMORY_PER_LINK (1024 * 1024)
#define THRU_LIMIT_MEMORY_PER_ADDRESS (16 * 1024)
