/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-midi-backend.h"
#include "thru-midi-parser.h"
#include "thru-port.h"
#include "thru-ring.h"
#include "thru-sender.h"

G_BEGIN_DECLS

#define THRU_OPEN_PORT_RING (128 * 1024) /* octets */

/* RtMidi hands on a System Exclusive whole, in one callback. One more octet than we carry, so that it is known for too long. */
#define THRU_OPEN_PORT_RING_ASIDE (THRU_MIDI_SYSEX_MAX + 1)

/* What a ThruInput or ThruOutput and the MIDI system share. It outlives both: whoever may still touch it holds a
 * reference, and a thread that hangs holds it for ever. Private to this layer. */
typedef struct
{
  gatomicrefcount  refs;
  ThruDirection    direction;
  char            *id;
  GMainContext    *context;  /* of the thread that opened it */
  GWeakRef         owner;    /* the ThruInput or ThruOutput */
  int              state;    /* atomic */
  int              released; /* atomic; the owner is gone */
  char            *problem;  /* atomic; set once, before the state becomes FAILED */
  ThruRing        *ring;     /* input */
  int              wake_fd;  /* input; -1 else */
  ThruSender      *sender;   /* output, once it is open */

  /* The scanner's thread only, but for the handle of one in the scanner's list, under its lock. */
  ThruBackendPort *handle;   /* while it is open */
  char            *api_name;
  gboolean         closing;
} ThruOpenPort;

ThruOpenPort *thru_open_port_new       (const char      *id,
                                        ThruDirection    direction);
ThruOpenPort *thru_open_port_ref       (ThruOpenPort    *port);
void          thru_open_port_unref     (ThruOpenPort    *port);

/* Any thread. Emit "state-changed" of the owner, if it lives, in its context. A port that failed stays so. */
void          thru_open_port_set_open  (ThruOpenPort    *port);
void          thru_open_port_fail      (ThruOpenPort    *port,
                                        const char      *problem);

ThruPortState thru_open_port_get_state (ThruOpenPort    *port);

/* Fails it when its sends hang. Any thread; cheap. */
void          thru_open_port_check     (ThruOpenPort    *port);

/* What the MIDI system calls; @user is the port. Real-time safe. */
void          thru_open_port_input     (void            *user,
                                        const uint8_t   *bytes,
                                        size_t           length);

G_END_DECLS
