/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-meter.h"

#include <glib.h>

G_BEGIN_DECLS

/* Levels of many meters: attack at once, decay by 1/e in 150 ms. Realtime messages (clock) never light a meter. No clock of its
 * own: the time comes as an argument. */
typedef struct _ThruMeterBank ThruMeterBank;

ThruMeterBank *thru_meter_bank_new       (void);
void           thru_meter_bank_free      (ThruMeterBank  *self);

/* Replaces the meters; those that stay keep their level. The bank holds a reference on each. */
void           thru_meter_bank_set       (ThruMeterBank  *self,
                                          ThruMeter     **meters,
                                          guint           n_meters);

/* TRUE: something was counted since the last advance, or a level has not decayed. Leaves the peaks. */
gboolean       thru_meter_bank_peek      (ThruMeterBank  *self);

/* Samples all meters at @now (monotonic, microseconds). @steady: no decay, but a lamp that is lit while something was counted in
 * the last 300 ms. Returns: TRUE when a level changed enough to be seen. */
gboolean       thru_meter_bank_advance   (ThruMeterBank  *self,
                                          gint64          now,
                                          gboolean        steady);

/* Nothing is lit. */
gboolean       thru_meter_bank_is_quiet  (ThruMeterBank  *self);

/* 0 to 1, in steps of 1/32. */
double         thru_meter_bank_get_level (ThruMeterBank  *self,
                                          guint           index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruMeterBank, thru_meter_bank_free)

G_END_DECLS
