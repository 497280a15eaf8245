/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-matrix-axis.h"
#include "thru-studio.h"

G_BEGIN_DECLS

/* The rooms of a studio and their devices as the matrix counts them: each room's sources and destinations side by side, so that
 * all devices of a side are numbered in one row. Read as a whole; indexes stay valid until it is read again or cleared. */
typedef struct _ThruMatrixLines ThruMatrixLines;

/* A room or device that was read has changed, or a room has others. */
typedef void (*ThruMatrixLinesFunc) (gpointer user);

/* After it was freed @changed is not called any more. */
ThruMatrixLines *thru_matrix_lines_new           (ThruMatrixLinesFunc   changed,
                                                  gpointer              user);
void             thru_matrix_lines_free          (ThruMatrixLines      *self);

/* @rooms: (element-type ThruRoom). */
void             thru_matrix_lines_read          (ThruMatrixLines      *self,
                                                  GListModel           *rooms);
void             thru_matrix_lines_clear         (ThruMatrixLines      *self);

guint            thru_matrix_lines_get_n_rooms   (ThruMatrixLines      *self);

/* Returns: (transfer none). */
ThruRoom *       thru_matrix_lines_get_room      (ThruMatrixLines      *self,
                                                  guint                 room);

/* The devices of one room on a side: the first one's index among all of the side, and how many they are. */
guint            thru_matrix_lines_get_first     (ThruMatrixLines      *self,
                                                  ThruMatrixSide        side,
                                                  guint                 room);
guint            thru_matrix_lines_get_n_devices (ThruMatrixLines      *self,
                                                  ThruMatrixSide        side,
                                                  guint                 room);

/* All devices of a side. */
guint            thru_matrix_lines_get_n_all     (ThruMatrixLines      *self,
                                                  ThruMatrixSide        side);

/* Returns: (transfer none). */
ThruDevice *     thru_matrix_lines_get_nth       (ThruMatrixLines      *self,
                                                  ThruMatrixSide        side,
                                                  guint                 index);

/* Returns: the device's index among all of its side; -1 when it is not there. */
int              thru_matrix_lines_find_device   (ThruMatrixLines      *self,
                                                  ThruMatrixSide        side,
                                                  ThruDevice           *device);

/* Where a ThruRoom, or a ThruDevice of this side, is. FALSE: not there. */
gboolean         thru_matrix_lines_find          (ThruMatrixLines      *self,
                                                  ThruMatrixSide        side,
                                                  GObject              *object,
                                                  ThruMatrixLine       *line);

/* The line of the @index-th device, as room and device. */
ThruMatrixLine   thru_matrix_lines_get_line      (ThruMatrixLines      *self,
                                                  ThruMatrixSide        side,
                                                  guint                 index);

/* The devices that a line stands for, from @first to before @end. */
void             thru_matrix_lines_get_range     (ThruMatrixLines      *self,
                                                  ThruMatrixSide        side,
                                                  const ThruMatrixLine *line,
                                                  guint                *first,
                                                  guint                *end);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruMatrixLines, thru_matrix_lines_free)

G_END_DECLS
