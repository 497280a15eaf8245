/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is known of a room on the network. Text is checked: valid UTF-8, no control characters, bounded. */
typedef struct
{
  char  *key;       /* stable while it is announced: the id, or "name " and the service name where there is none */
  char  *id;        /* (nullable) from TXT id= */
  char  *name;      /* the service's name */
  char **addresses; /* "10.77.0.2:1199", "[fd00::1]:1199", "[fe80::1%eth0]:1199"; IPv4 and global first */
} ThruFoundRoom;

void     thru_found_room_free  (ThruFoundRoom       *room);
gboolean thru_found_room_equal (const ThruFoundRoom *a,
                                const ThruFoundRoom *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruFoundRoom, thru_found_room_free)

G_END_DECLS
