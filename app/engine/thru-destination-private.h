/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-destination.h"

/* thru-destination.c is the way of short messages; thru-destination-sysex.c that of long System Exclusive. */

extern const uint8_t _thru_destination_pedals[THRU_DESTINATION_N_PEDALS];

bool _thru_destination_send_now           (ThruDestination *destination,
                                           const uint8_t   *message,
                                           size_t           length,
                                           uint64_t         time_us);
void _thru_destination_lose               (ThruDestination *destination);
void _thru_destination_collapse_old       (ThruDestination *destination);
bool _thru_destination_is_idle            (const ThruDestination *destination);

/* The one under way: TRUE when it is over. */
bool _thru_destination_go_on_with_sysex   (ThruDestination *destination);

/* The one that heads the queue leaves it and begins. FALSE: it is not over yet, or could not begin. */
bool _thru_destination_play_sysex         (ThruDestination *destination,
                                           ThruSysex       *sysex,
                                           ThruPortNumber   source,
                                           uint64_t         time_us);

/* What waits from @source; 0: from all. */
void _thru_destination_drop_waiting_sysex (ThruDestination *destination,
                                           ThruPortNumber   source,
                                           ThruSysexState   state);
