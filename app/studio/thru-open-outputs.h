/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which MIDI outputs are open, kept in the file open-outputs beside the saved state. What is in it at the start was open when the
 * program was killed: something may sound there still, and nobody is left who knows what. While one program has the file, that of
 * a second one is always empty. Main thread only. */
typedef struct _ThruOpenOutputs ThruOpenOutputs;

/* Never fails: without a file it forgets what it knows when the program is killed. */
ThruOpenOutputs *thru_open_outputs_new     (const char      *config_dir);

/* What is open or left then stays in the file. */
void             thru_open_outputs_free    (ThruOpenOutputs *self);

/* Whether @device was left open by a program that was killed, and was not opened since. */
gboolean         thru_open_outputs_is_left (ThruOpenOutputs *self,
                                            const char      *device);
void             thru_open_outputs_add     (ThruOpenOutputs *self,
                                            const char      *device);
void             thru_open_outputs_remove  (ThruOpenOutputs *self,
                                            const char      *device);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruOpenOutputs, thru_open_outputs_free)

G_END_DECLS
