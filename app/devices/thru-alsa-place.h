/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-port-info.h"

G_BEGIN_DECLS

/* Where a port of the ALSA sequencer is plugged in, from what the kernel tells of its card. Private to this layer. */

/* For thru-midi-backend.h. */
void   thru_alsa_place_find        (const char   *api_name,
                                    char        **place,
                                    char        **serial);
char * thru_alsa_place_find_holder (const char   *api_name,
                                    ThruDirection direction);

/* Returns: (transfer full): from the folder of a card's device below /sys/devices to the place of its port number @port:
 * numbers that change from start to start, as those of USB's buses, are left out. Pure. */
char * thru_alsa_place_from_path   (const char   *path,
                                    guint         port);

/* The process that has opened input or output @number of a raw MIDI device, from @text, which is the device's file in
 * /proc/asound; 0: none that is seen from here. Pure. */
int    thru_alsa_place_read_owner  (const char   *text,
                                    ThruDirection direction,
                                    guint         number);

G_END_DECLS
