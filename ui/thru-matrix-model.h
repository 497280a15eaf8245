/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-cell-state.h"
#include "thru-matrix-axis.h"
#include "thru-studio.h"

G_BEGIN_DECLS

#define THRU_TYPE_MATRIX_MODEL (thru_matrix_model_get_type ())

/* The studio as the matrix needs it: rooms with sources and destinations by index, and the state of each crossing.
 * What changes in the studio arrives here together, once, before the next frame; until then indexes stay valid.
 *
 * Signal "lines-changed": rooms, devices or their names or states changed. Signal "cells-changed": routes did. */
G_DECLARE_FINAL_TYPE (ThruMatrixModel, thru_matrix_model, THRU, MATRIX_MODEL, GObject)

ThruMatrixModel *thru_matrix_model_new             (ThruStudio           *studio);

/* Returns: (transfer none). */
ThruStudio *     thru_matrix_model_get_studio      (ThruMatrixModel      *self);

guint            thru_matrix_model_get_n_devices   (ThruMatrixModel      *self,
                                                    ThruMatrixSide        side,
                                                    guint                 room);

/* Returns: (transfer none). */
ThruRoom *       thru_matrix_model_get_room        (ThruMatrixModel      *self,
                                                    guint                 room);

/* Returns: (transfer none) (nullable): NULL for a room's own line. */
ThruDevice *     thru_matrix_model_get_device      (ThruMatrixModel      *self,
                                                    ThruMatrixSide        side,
                                                    const ThruMatrixLine *line);

/* Where a ThruRoom, or a ThruDevice of this side, is now. FALSE: gone. */
gboolean         thru_matrix_model_find            (ThruMatrixModel      *self,
                                                    ThruMatrixSide        side,
                                                    GObject              *object,
                                                    ThruMatrixLine       *line);

/* Gives the axis the rooms of this side. */
void             thru_matrix_model_fill_axis       (ThruMatrixModel      *self,
                                                    ThruMatrixSide        side,
                                                    ThruMatrixAxis       *axis);

/* Every device of a side in one row, to number meters by. */
guint            thru_matrix_model_get_n_all       (ThruMatrixModel      *self,
                                                    ThruMatrixSide        side);
ThruDevice *     thru_matrix_model_get_nth         (ThruMatrixModel      *self,
                                                    ThruMatrixSide        side,
                                                    guint                 index);

/* The index of the first device of @room in that row. */
guint            thru_matrix_model_get_first       (ThruMatrixModel      *self,
                                                    ThruMatrixSide        side,
                                                    guint                 room);

guint            thru_matrix_model_get_n_routes    (ThruMatrixModel      *self);

/* Where the route lies, as room and device; FALSE when an end is not in the studio.
 * Returns: (transfer none) through @route. */
gboolean         thru_matrix_model_get_route       (ThruMatrixModel      *self,
                                                    guint                 index,
                                                    ThruRoute           **route,
                                                    ThruMatrixLine       *row,
                                                    ThruMatrixLine       *column);

ThruCellState    thru_matrix_model_get_state       (ThruMatrixModel      *self,
                                                    const ThruMatrixLine *row,
                                                    const ThruMatrixLine *column);

/* The routes of a crossing of which one or both are rooms. */
ThruCellSum      thru_matrix_model_get_sum         (ThruMatrixModel      *self,
                                                    const ThruMatrixLine *row,
                                                    const ThruMatrixLine *column);

/* How many of its crossings can be connected at all. */
guint            thru_matrix_model_get_possible    (ThruMatrixModel      *self,
                                                    const ThruMatrixLine *row,
                                                    const ThruMatrixLine *column);

G_END_DECLS
