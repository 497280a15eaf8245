/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-problem.h"
#include "thru-saved-state.h"

G_BEGIN_DECLS

/* Keeps a ThruSavedState in the file studio.json: written whole, never half; a file that can not be read is kept aside, never
 * overwritten. Main thread only. */
typedef struct _ThruStore ThruStore;

/* What is to be saved now: bring @state up to date. */
typedef void (*ThruStoreCollectFunc) (ThruSavedState *state,
                                      gpointer        user);

/* What does not work changed: thru_store_get_problem(). */
typedef void (*ThruStoreProblemFunc) (gpointer user);

/* Reads the file, or starts afresh; what it could not read as it was is saved soon. */
ThruStore *     thru_store_new         (const char           *config_dir,
                                        ThruStoreCollectFunc  collect,
                                        ThruStoreProblemFunc  problem_changed,
                                        gpointer              user);

/* Writes what is due first. */
void            thru_store_free        (ThruStore            *self);

/* Returns: (transfer none): to read and change; then thru_store_save_soon(). */
ThruSavedState *thru_store_get_state   (ThruStore            *self);

/* Another program has the same folder: thru_store_get_problem() says so. */
void            thru_store_set_shared  (ThruStore            *self);

/* Within a tenth of a second, on a thread of its own, for a busy disk takes seconds. While it fails, again every 10 s. */
void            thru_store_save_soon   (ThruStore            *self);

/* Waits until it is on the disk. */
void            thru_store_save_now    (ThruStore            *self);

/* The same, if something was to be saved soon. */
void            thru_store_save_due    (ThruStore            *self);

/* Returns: (transfer none) (nullable): what could not be read or written, and what was kept. */
ThruProblem *   thru_store_get_problem (ThruStore            *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruStore, thru_store_free)

G_END_DECLS
