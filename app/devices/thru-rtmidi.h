/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-midi-backend.h"
#include "thru-pace.h"

#include <rtmidi_c.h>

G_BEGIN_DECLS

/* What the backends for ALSA and JACK have in common: objects of RtMidi, whose C interface is used only as far as 5.0 and
 * 6.0 agree. The scanner's thread, where nothing else is said. Private to this layer. */

typedef struct
{
  ThruBackendPort      parent;
  ThruDirection        direction;
  RtMidiPtr            device;
  char                *api_name;     /* what it is connected to */
  char                *own_name;     /* of our port, unique in this process */
  ThruBackendInputFunc func;         /* input */
  void                *user;
  guint                serial;       /* of the server or of its news, when it was opened */

  /* The sender's. */
  ThruCellPace         cells;        /* ALSA */
  ThruCyclePace        cycles;       /* JACK */
} ThruRtmidiPort;

/* RTMIDI_API_UNSPECIFIED: RtMidi was built without it. @name: "alsa" or "jack". */
enum RtMidiApi  thru_rtmidi_get_api   (const char           *name);

/* Returns: (nullable): an object that is connected to nothing; NULL when the API does not work. */
RtMidiPtr       thru_rtmidi_new       (enum RtMidiApi        api,
                                       ThruDirection         direction);
void            thru_rtmidi_free      (RtMidiPtr             device,
                                       ThruDirection         direction);

/* Returns: (transfer full): names of the ports that @device could be connected to. */
char **         thru_rtmidi_list      (RtMidiPtr             device);

/* Returns: (transfer full) (nullable): connected. @func: of an input, NULL else. */
ThruRtmidiPort *thru_rtmidi_open      (const ThruMidiBackend *backend,
                                       enum RtMidiApi        api,
                                       ThruDirection         direction,
                                       const char           *api_name,
                                       ThruBackendInputFunc  func,
                                       void                 *user);

/* The same without the connection to @api_name, which is the caller's to make: RtMidi knows ports by their numbers only. */
ThruRtmidiPort *thru_rtmidi_open_alone (const ThruMidiBackend *backend,
                                       enum RtMidiApi        api,
                                       ThruDirection         direction,
                                       const char           *api_name,
                                       ThruBackendInputFunc  func,
                                       void                 *user);

/* Ends the connection, which may take a second; thru_rtmidi_close() is still to be called. */
void            thru_rtmidi_detach    (ThruBackendPort      *port);
void            thru_rtmidi_close     (ThruBackendPort      *port);

/* The sender's thread. */
void            thru_rtmidi_send      (ThruBackendPort      *port,
                                       const uint8_t        *bytes,
                                       size_t                length);

G_END_DECLS
