/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-activation.h"

G_BEGIN_DECLS

/* The window of a program that began without one, thruwall --headless. Closing it leaves the program as it was. */

/* Before the program has threads. */
void     thru_guest_window_prepare (void);

/* A ThruShowFunc. GTK wakes up at the first call; from then on, the end of the display is the end of the program. */
gboolean thru_guest_window_show    (ThruStudio                *studio,
                                    const ThruActivationPlace *place,
                                    GError                   **error);

G_END_DECLS
