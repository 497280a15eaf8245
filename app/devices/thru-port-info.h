/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  THRU_DIRECTION_SOURCE,      /* a MIDI input: what is played here can be sent on */
  THRU_DIRECTION_DESTINATION, /* a MIDI output: it can be played */
} ThruDirection;

/* One MIDI port that the system lists now. Immutable. */
typedef struct
{
  char         *id;     /* API, direction, name without client numbers; an ordinal for twins, in the order of the API, so that of
                         * twins another may have it next time */
  char         *name;   /* for people: valid UTF-8, no client numbers, "(2)" for the second twin */
  char         *kind;   /* the id without an ordinal: twins have it in common */
  char         *label;  /* the name without an ordinal */
  char         *port;   /* this very port for as long as it is there */
  char         *place;  /* (nullable): where it is plugged in, UNIT#PORT: "usb-0000:00:14.0-2.3#0"; the same after a restart */
  char         *serial; /* (nullable): of the unit, as it says itself; cheap ones all say the same */
  ThruDirection direction;
} ThruPortInfo;

/* No place, no serial number. */
ThruPortInfo *thru_port_info_new  (const char         *id,
                                   const char         *name,
                                   const char         *kind,
                                   const char         *label,
                                   const char         *port,
                                   ThruDirection       direction);
ThruPortInfo *thru_port_info_copy (const ThruPortInfo *info);

/* Whether it is the same port as before, in the same place. */
gboolean      thru_port_info_equal (const ThruPortInfo *info,
                                   const ThruPortInfo *other);
void          thru_port_info_free (ThruPortInfo       *info);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruPortInfo, thru_port_info_free)

G_END_DECLS
