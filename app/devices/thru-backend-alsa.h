/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-midi-backend.h"

G_BEGIN_DECLS

/* Returns: (transfer none): the ALSA sequencer. */
const ThruMidiBackend *thru_backend_alsa_get (void);

G_END_DECLS
