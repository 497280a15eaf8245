/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One connection between two rooms as a state machine: octets and time in, octets and events out. No sockets, no
 * clock, no GLib, no JSON. One thread at a time. Memory is bounded: one frame in, THRU_LINK_OUTPUT_MAX out. */
typedef struct _ThruLink ThruLink;

#define THRU_LINK_OUTPUT_MAX (80 * 1024)         /* octets waiting for the socket: the longest System Exclusive and some */
#define THRU_LINK_OUTPUT_RESERVE (8 * 1024 + 64) /* of which MIDI leaves this much for session messages */
#define THRU_LINK_BACKLOG_MAX (4 * 1024)         /* octets that the socket did not take, above which no MIDI is taken */
#define THRU_LINK_BACKLOG_US 20000              /* and how long the oldest may wait for that */
#define THRU_LINK_HEARTBEAT_US 250000           /* we send Active Sensing after this much quiet */
#define THRU_LINK_SILENCE_US 1000000            /* a room that promised a heartbeat is lost after this much silence */
#define THRU_LINK_PREFACE_US 2000000            /* the first octets must arrive within this */

typedef enum
{
  THRU_LINK_DIALED,   /* we connected: we send the preface first */
  THRU_LINK_ACCEPTED, /* they connected: we answer in kind */
} ThruLinkRole;

typedef enum
{
  THRU_LINK_OPENING,  /* waiting for the first octets */
  THRU_LINK_FRAMED,
  THRU_LINK_PLAIN,    /* plain MIDI octets */
  THRU_LINK_CLOSED,
} ThruLinkState;

typedef enum
{
  THRU_LINK_REASON_NONE,
  THRU_LINK_REASON_NOT_DMIDI,      /* first octets are none of the kinds we know */
  THRU_LINK_REASON_TLS,            /* encryption is not offered here yet */
  THRU_LINK_REASON_VERSION,        /* another major version */
  THRU_LINK_REASON_MALFORMED,      /* broken frame */
  THRU_LINK_REASON_TOO_LONG,       /* announced length above the limit */
  THRU_LINK_REASON_SILENT,         /* heartbeat missed */
  THRU_LINK_REASON_OPENING_TIMEOUT,/* no preface in time */
  THRU_LINK_REASON_OVERFLOW,       /* a session message did not fit: the other side does not read */
} ThruLinkReason;

typedef enum
{
  THRU_LINK_EVENT_NONE,     /* nothing more now */
  THRU_LINK_EVENT_OPEN,     /* first octets understood: state is FRAMED or PLAIN */
  THRU_LINK_EVENT_SESSION,  /* bytes: one JSON text, not checked */
  THRU_LINK_EVENT_MIDI,     /* bytes: MIDI octets for address (0 on a plain link) */
  THRU_LINK_EVENT_CLOSED,   /* reason says why; given once, nothing follows */
} ThruLinkEventType;

typedef struct
{
  ThruLinkEventType type;
  uint32_t          address;
  uint32_t          time_us; /* sender's clock */
  uint64_t          age_us;  /* MIDI: so long ago it came in at the source, at least; 0 when that is not known */
  const uint8_t    *bytes;   /* borrowed until the next call on the link */
  size_t            length;
  ThruLinkReason    reason;
} ThruLinkEvent;

/* NULL when out of memory. */
ThruLink *     thru_link_new               (ThruLinkRole    role,
                                            uint64_t        now_us);
void           thru_link_free              (ThruLink       *link);
ThruLinkState  thru_link_get_state         (ThruLink       *link);

/* English word for logs and tests: "malformed frame". Static. */
const char *   thru_link_reason_to_string  (ThruLinkReason  reason);

/* Where to read the next octets into; *room may be 0 when events must be taken first. */
uint8_t *      thru_link_input_buffer      (ThruLink       *link,
                                            size_t         *room);
void           thru_link_input_received    (ThruLink       *link,
                                            size_t          length,
                                            uint64_t        now_us);

/* Takes the next event. Call until it returns FALSE (type NONE) after each input or tick. Active Sensing is taken
 * as a sign of life and never handed on (hop-by-hop, PROTOCOL.md "Heartbeat"), on plain links too. */
bool           thru_link_next_event        (ThruLink       *link,
                                            ThruLinkEvent  *event);

/* Octets for the socket, oldest first; NULL and 0 when there are none. Borrowed until the next call on the link.
 * A closed link has none, but for reason VERSION: our preface, which tells the other side why; worth one try. */
const uint8_t *thru_link_output            (ThruLink       *link,
                                            size_t         *length);
/* @length: how many of them the socket took; 0 when it takes none now, which the link must know, too. */
void           thru_link_output_sent       (ThruLink       *link,
                                            size_t          length,
                                            uint64_t        now_us);

/* One whole MIDI message; a long System Exclusive is spread over frames (nothing of the same address between).
 * FALSE: no room now, or the socket is behind, or the link is not open; nothing was taken. On a plain link the
 * address is ignored. */
bool           thru_link_send_midi         (ThruLink       *link,
                                            uint32_t        address,
                                            const uint8_t  *message,
                                            size_t          length,
                                            uint64_t        now_us);

/* The same for what came in at @time_us (by our clock) and has waited since. */
bool           thru_link_send_timed_midi   (ThruLink       *link,
                                            uint32_t        address,
                                            const uint8_t  *message,
                                            size_t          length,
                                            uint64_t        time_us,
                                            uint64_t        now_us);

/* A pong: our ping left at @t1, was answered at @t2 by their clock. From then on events know their age. */
void           thru_link_take_pong         (ThruLink       *link,
                                            uint64_t        t1,
                                            uint64_t        t2,
                                            uint64_t        now_us);

/* One session message (JSON text, at most THRU_DMIDI_PAYLOAD_MAX octets). When there is no room the link closes
 * itself with OVERFLOW, for the rooms would disagree otherwise. */
bool           thru_link_send_session      (ThruLink       *link,
                                            const char     *json,
                                            size_t          length,
                                            uint64_t        now_us);

/* From their hello: they send something at least every @us microseconds; 0: no promise, no silence timer. */
void           thru_link_set_peer_heartbeat(ThruLink       *link,
                                            uint64_t        us);

/* When thru_link_tick() wants to be called, CLOCK_MONOTONIC microseconds; UINT64_MAX: never. */
uint64_t       thru_link_deadline          (ThruLink       *link);
void           thru_link_tick              (ThruLink       *link,
                                            uint64_t        now_us);
