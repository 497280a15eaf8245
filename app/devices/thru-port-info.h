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
  char         *id;   /* identity that survives renumbering: API, direction, name without client numbers, ordinal of twins */
  char         *name; /* for people: valid UTF-8, no client numbers, "(2)" for the second twin */
  ThruDirection direction;
} ThruPortInfo;

ThruPortInfo *thru_port_info_new  (const char    *id,
                                   const char    *name,
                                   ThruDirection  direction);
void          thru_port_info_free (ThruPortInfo  *info);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruPortInfo, thru_port_info_free)

G_END_DECLS
