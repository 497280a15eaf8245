/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-meter-bank.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Moves a bank of meters for a widget: nothing while it is unmapped or all is quiet; a tick callback, at 30 redraws a second at
 * most, while something moves. With animations switched off it is three redraws a second. */
typedef struct _ThruMeterDriver ThruMeterDriver;

/* @moved: called with @widget whenever levels changed; redraw the meters then. @widget owns the driver: stop and free it in its
 * dispose. */
ThruMeterDriver *thru_meter_driver_new       (GtkWidget       *widget,
                                              void (*          moved) (GtkWidget *widget));
void             thru_meter_driver_free      (ThruMeterDriver *self);

/* Returns: (transfer none). */
ThruMeterBank *  thru_meter_driver_get_bank  (ThruMeterDriver *self);

/* From the widget's map and unmap. */
void             thru_meter_driver_start     (ThruMeterDriver *self);
void             thru_meter_driver_stop      (ThruMeterDriver *self);

/* A tick callback is installed. */
gboolean         thru_meter_driver_is_moving (ThruMeterDriver *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruMeterDriver, thru_meter_driver_free)

G_END_DECLS
