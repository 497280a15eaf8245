/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-port.h"
#include "thru-ring.h"

G_BEGIN_DECLS

#define THRU_TYPE_INPUT (thru_input_get_type ())

/* An open MIDI input. What arrives is in its ring, and its event descriptor becomes readable: the callback of the MIDI
 * system does nothing else. */
G_DECLARE_FINAL_TYPE (ThruInput, thru_input, THRU, INPUT, ThruPort)

/* Borrowed; valid as long as a reference to @self is held. Consumed by one thread. */
ThruRing *thru_input_get_ring    (ThruInput *self);

/* An eventfd, readable when the ring was written to. Borrowed. */
int       thru_input_get_wake_fd (ThruInput *self);

G_END_DECLS
