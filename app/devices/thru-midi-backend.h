/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-jack-cycle.h"
#include "thru-port-info.h"

#include <stdint.h>

G_BEGIN_DECLS

/* What stands between ThruMidiSystem and one API for MIDI. Everything here may hang, so it is called on the scanner's
 * thread, except where another thread is named. Private to this layer. */

typedef struct _ThruMidiBackend ThruMidiBackend;

/* A port that a backend has open: its own structure begins with this. */
typedef struct
{
  const ThruMidiBackend *backend;
  gboolean               direct; /* send() never waits: short messages may be sent on the engine's thread */
  ThruJackCycle         *cycle;  /* nullable; owned by the backend */
  uint64_t               time_us; /* of what is sent: when it was played */
  guint                  pace;   /* octets a second that the cable behind it carries; 0: it has none that we know of */
} ThruBackendPort;

/* Behind such a port is a MIDI cable of 31,250 baud, or what is as slow. */
#define THRU_BACKEND_CABLE_PACE 3125

/* What came in. Runs on a thread of the MIDI system, a real-time one with JACK. @bytes NULL: nothing will come any more; this on
 * any thread, also beside the other. */
typedef void (*ThruBackendInputFunc) (void          *user,
                                      const uint8_t *bytes,
                                      size_t         length);

struct _ThruMidiBackend
{
  const char *name;   /* "ALSA": for people */
  const char *prefix; /* "alsa": of identities */
  guint       poll_ms; /* how often to look at the list of ports when nothing tells of a change */
  guint       settle_ms; /* after watch_fd told of one: changes that come together are looked at together */
  size_t      piece;  /* longest System Exclusive for one send(), octets; longer ones are cut */
  gboolean    served; /* by a server: when the opening of one port hangs, all of it does */
  guint       rate;   /* octets a second of it that go through at the least, without a cable; 0: any number */

  /* Whether the API works now. Cheap enough for once a second, silent, and notices a server that died. */
  gboolean         (*works)       (void);

  /* The API is used no more for now. Nullable. */
  void             (*leave)       (void);

  /* A descriptor that becomes readable when the list of ports may be another, or -1. Valid until works() says no. Main
   * thread. */
  int              (*watch_fd)    (void);

  /* Makes the descriptor quiet again. Main thread. */
  void             (*watch_taken) (void);

  /* Returns: (transfer full): the names of the ports now, as the API gives them, our own among them. */
  char **          (*list)        (ThruDirection         direction);

  /* Tells the place and the serial number of a port in the list (see ThruPortInfo), as far as they are known: (transfer full),
   * NULL before. Nullable. */
  void             (*locate)      (const char           *api_name,
                                   char                **place,
                                   char                **serial);

  /* Returns: (transfer full) (nullable): the name of the program that keeps a port from being opened. Nullable. */
  char *           (*find_holder) (const char           *api_name,
                                   ThruDirection         direction);

  /* Returns: (transfer full) (nullable): NULL when it did not work. @user must outlive the port. */
  ThruBackendPort *(*open_input)  (const char           *api_name,
                                   ThruBackendInputFunc  func,
                                   void                 *user);
  ThruBackendPort *(*open_output) (const char           *api_name);

  /* Whether an open port still reaches the device that it was opened for. */
  gboolean         (*is_connected) (ThruBackendPort     *port);

  /* Whether a send may be tried. Any thread; cheap, never waits. */
  gboolean         (*is_alive)    (ThruBackendPort      *port);

  /* The sender's thread, or the engine's when direct: how long to wait before a send() of @length octets, microseconds;
   * 0: send now. @continues: it is a later piece of a System Exclusive. */
  uint64_t         (*delay_us)    (ThruBackendPort      *port,
                                   size_t                length,
                                   gboolean              continues);

  /* The sender's thread, or the engine's when direct; never both at once. Whole messages, or a piece of a System
   * Exclusive. */
  void             (*send)        (ThruBackendPort      *port,
                                   const uint8_t        *bytes,
                                   size_t                length);

  /* What takes long in close(); may run for several ports at once, each on a thread of its own. Nullable. */
  void             (*detach)      (ThruBackendPort      *port);
  void             (*close)       (ThruBackendPort      *port);
};

G_END_DECLS
