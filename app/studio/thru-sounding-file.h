/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-midi-ledger.h"

#include <glib.h>

G_BEGIN_DECLS

/* What the outputs of this computer have sounding, in a file that is mapped into memory: should the program be killed in the
 * middle of a chord, its next start knows exactly what to release. Main thread, but for the ledgers handed out. */
typedef struct _ThruSoundingFile ThruSoundingFile;

/* Outputs that can be noted at once; further ones go without. */
#define THRU_SOUNDING_OUTPUTS_MAX 64

/* @path: made when missing; what an earlier run left in it is read first, and nothing of it is trusted. NULL with @error when it
 * can not be made, or when another program has it: this one goes on without. */
ThruSoundingFile *thru_sounding_file_open      (const char        *path,
                                                GError           **error);

/* Any thread. The last unref removes the file when nothing in it sounds. */
ThruSoundingFile *thru_sounding_file_ref       (ThruSoundingFile  *self);
void              thru_sounding_file_unref     (ThruSoundingFile  *self);

/* Whether something was left sounding on @output, by an earlier run or when it went, and nobody took it since. */
gboolean          thru_sounding_file_is_left   (ThruSoundingFile  *self,
                                                const char        *output);

/* Hands over what was left sounding on @output and forgets it. FALSE: nothing. */
gboolean          thru_sounding_file_take_left (ThruSoundingFile  *self,
                                                const char        *output,
                                                ThruMidiLedger    *ledger);

/* An empty ledger for what @output plays from now on, written by one thread; NULL when all are in use. */
ThruMidiLedger *  thru_sounding_file_claim     (ThruSoundingFile  *self,
                                                const char        *output);

/* Notes down in @ledger (nullable), which must be one of thru_sounding_file_claim(), what was handed to its output. That is not
 * played yet: what the last 256 note-offs and pedal-ups ended is released by the next start again. The ledger's thread. */
void              thru_sounding_file_record    (ThruMidiLedger    *ledger,
                                                const guint8      *message,
                                                gsize              length);

/* The output is closed: @ledger (nullable) is not used any more. Any thread. */
void              thru_sounding_file_release   (ThruSoundingFile  *self,
                                                ThruMidiLedger    *ledger);

/* The same when the output is gone, and what was sent last may never have been played: that, and what sounds, is left for when
 * it is back. Any thread. */
void              thru_sounding_file_leave     (ThruSoundingFile  *self,
                                                ThruMidiLedger    *ledger);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruSoundingFile, thru_sounding_file_unref)

G_END_DECLS
