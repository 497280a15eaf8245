/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Session messages (PROTOCOL.md, "Session messages") as plain structs. JSON exists only inside this codec. */

#define THRU_SESSION_NAME_MAX 63      /* octets of UTF-8 in a room's or device's name */
#define THRU_SESSION_ID_MAX 127       /* octets in an identity */
#define THRU_SESSION_REASON_MAX 255
#define THRU_SESSION_DEVICES_MAX 256  /* per room */
#define THRU_SESSION_ROUTES_MAX 1024  /* per room */
#define THRU_SESSION_LIST_PART 24     /* entries per message of a list: keeps one below THRU_DMIDI_PAYLOAD_MAX */

typedef enum
{
  THRU_SESSION_HELLO,
  THRU_SESSION_DEVICES,
  THRU_SESSION_ROUTES,
  THRU_SESSION_REQUEST,  /* please connect or disconnect: to the room that owns the source */
  THRU_SESSION_ANSWER,
  THRU_SESSION_ACTIVITY, /* what moved since the last one, for meters elsewhere */
  THRU_SESSION_SYSEX,    /* how a long System Exclusive for one of the sender's devices fares, or a wish to break it off */
  THRU_SESSION_PING,     /* answered by the engine itself */
  THRU_SESSION_PONG,
  THRU_SESSION_BYE,
} ThruSessionType;

/* What a request to connect says about playing. */
typedef enum
{
  THRU_SESSION_MUTE_KEEP, /* nothing: a route that is there stays as it is, a new one plays */
  THRU_SESSION_MUTE_ON,
  THRU_SESSION_MUTE_OFF,
} ThruSessionMute;

/* Whether a destination's port is open, so that what is sent is played now. */
typedef enum
{
  THRU_SESSION_OPEN_UNTOLD, /* a source, or a program that does not tell */
  THRU_SESSION_OPEN_NO,
  THRU_SESSION_OPEN_YES,
} ThruSessionOpen;

typedef struct
{
  char    *id;          /* identity within its room */
  char    *name;
  uint32_t address;     /* node address; never 0 for a destination; sources have one too, to be named by */
  gboolean is_source;
  gboolean online;
  ThruSessionOpen open;
} ThruSessionDevice;

/* A route of the room that sends the message: from one of its sources to a device of any room. */
typedef struct
{
  char    *from_device;
  char    *to_room;
  char    *to_device;
  char    *to_room_name;   /* last known, for showing */
  char    *to_device_name;
  char    *state;          /* connected, connecting, waiting, muted, problem */
  char    *reason;         /* nullable, a sentence */
} ThruSessionRoute;

typedef struct
{
  uint32_t address;   /* of a device; 0 when this is about a route */
  uint32_t route;     /* index into the sender's last complete routes list, when address is 0 */
  uint32_t messages;  /* since the last activity message */
  uint32_t peak;      /* 0 to 127 */
  uint32_t late;      /* notes that came too late and were not played */
} ThruSessionActivity;

/* Members that a type does not use are NULL or 0. */
typedef struct
{
  ThruSessionType type;
  /* HELLO */
  char           *room_id;
  char           *room_name;
  char           *program;       /* "Thruwall 0.1.0" */
  char           *run;           /* nullable: another at each start of the program */
  uint32_t        heartbeat_ms;  /* 0: none promised */
  uint32_t        sysex_max;     /* octets of the longest System Exclusive that they take; 0: not said */
  /* DEVICES, ROUTES, ACTIVITY: one part of the list; when @more, the next message of the type goes on with it */
  GPtrArray      *devices;       /* (element-type ThruSessionDevice) */
  GPtrArray      *routes;        /* (element-type ThruSessionRoute) */
  GArray         *activity;      /* (element-type ThruSessionActivity) */
  gboolean        more;
  /* REQUEST, ANSWER */
  uint32_t        request;       /* chosen by who asks, echoed in the answer */
  gboolean        connect;       /* REQUEST: else disconnect */
  ThruSessionMute mute;          /* REQUEST to connect */
  gboolean        anyway;        /* REQUEST to connect: even if it closes a loop */
  ThruSessionRoute *route;       /* REQUEST */
  gboolean        ok;            /* ANSWER */
  /* ANSWER, BYE: a sentence */
  char           *reason;
  /* BYE: "quit", "sleep", "refused", "duplicate", "twin", "error" */
  char           *code;
  /* SYSEX */
  uint32_t        address;       /* of the destination, in the room that owns it */
  uint32_t        length;        /* octets */
  uint32_t        sent;
  char           *state;         /* "sending", "done", "broken"; "cancel" from another room */
  /* PING, PONG: microseconds of each side's clock */
  uint64_t        t1;
  uint64_t        t2;
} ThruSessionMessage;

#define THRU_SESSION_ERROR (thru_session_error_quark ())
GQuark thru_session_error_quark (void);

typedef enum
{
  THRU_SESSION_ERROR_MALFORMED, /* no JSON object, or a member is missing, of the wrong type or out of bounds */
  THRU_SESSION_ERROR_UNKNOWN,   /* a type we do not know: skip it */
} ThruSessionError;

ThruSessionMessage *thru_session_message_new    (ThruSessionType           type);
void                thru_session_message_free   (ThruSessionMessage       *message);
ThruSessionDevice * thru_session_device_new     (void);
void                thru_session_device_free    (ThruSessionDevice        *device);
ThruSessionRoute *  thru_session_route_new      (void);
void                thru_session_route_free     (ThruSessionRoute         *route);

/* Returns: (transfer full): JSON text without a trailing NUL counted; @length octets. */
char *              thru_session_message_encode (const ThruSessionMessage *message,
                                                 gsize                    *length);

/* The same for the wire: a list is spread over as many messages as it needs for each to stay within THRU_DMIDI_PAYLOAD_MAX
 * octets, all but the last with "more". Returns: (transfer full) (element-type GBytes): one JSON text each, in order. */
GPtrArray *         thru_session_message_encode_parts (const ThruSessionMessage *message);

/* Returns: (transfer full) (nullable): NULL with @error set. Strings in the result are valid UTF-8 without control
 * characters or bidirectional overrides, cut to the limits above; nesting and sizes are bounded. */
ThruSessionMessage *thru_session_message_decode (const char               *json,
                                                 gsize                     length,
                                                 GError                  **error);

/* A name from a stranger made fit to show: valid UTF-8, no control or bidi characters, at most @max octets. */
char *              thru_session_clean_text     (const char               *text,
                                                 gssize                    length,
                                                 gsize                     max);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruSessionMessage, thru_session_message_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruSessionDevice, thru_session_device_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruSessionRoute, thru_session_route_free)

G_END_DECLS
