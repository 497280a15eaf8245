/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

/* Stands in for the part of libjack whose functions Thruwall has itself and calls on. */

/* A period of the last client begins. */
void fake_jack_run (void);
