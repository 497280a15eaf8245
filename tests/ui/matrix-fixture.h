/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-demo-studio.h"
#include "thru-matrix-view-private.h"
#include "thru-studio-private.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The demo's two rooms: row 1 is Keystation 61 MK3, row 2 Push 3; column 1 is Push 3, column 6 TX7, column 7 Prophet Rev2. */
#define KEYSTATION 1
#define PUSH 2
#define TO_PUSH 1
#define TX7 6
#define PROPHET 7

typedef struct
{
  ThruStudio     *studio;
  GtkWidget      *window;
  GtkWidget      *scroller;
  ThruMatrixView *matrix;
  GString        *heard; /* signals, in words */
} MatrixFixture;

/* Runs the main loop until the condition holds. */
#define WAIT_UNTIL(condition)                                                  \
  G_STMT_START {                                                               \
    gboolean late = FALSE;                                                     \
    guint id = g_timeout_add_seconds (10, matrix_fixture_time_out_cb, &late);  \
    while (!(condition) && !late)                                              \
      g_main_context_iteration (NULL, TRUE);                                   \
    g_assert_false (late);                                                     \
    g_source_remove (id);                                                      \
  } G_STMT_END

gboolean        matrix_fixture_time_out_cb          (gpointer         flag);

/* Two rooms. */
void            matrix_fixture_set_up               (MatrixFixture   *fixture,
                                                     gconstpointer    data);

/* Eight rooms of eight devices each way. */
void            matrix_fixture_set_up_many          (MatrixFixture   *fixture,
                                                     gconstpointer    data);
void            matrix_fixture_set_up_right_to_left (MatrixFixture   *fixture,
                                                     gconstpointer    data);
void            matrix_fixture_tear_down            (MatrixFixture   *fixture,
                                                     gconstpointer    data);

/* Waits for it. */
ThruMatrixCell *matrix_fixture_get_cell             (MatrixFixture   *fixture,
                                                     guint            row,
                                                     guint            column);
gpointer        matrix_fixture_find_controller      (MatrixFixture   *fixture,
                                                     GType            type);
gboolean        matrix_fixture_press_key            (MatrixFixture   *fixture,
                                                     guint            key,
                                                     GdkModifierType  modifiers);
void            matrix_fixture_assert_cursor        (MatrixFixture   *fixture,
                                                     guint            row,
                                                     guint            column);

/* Keyboard and pointer. */
void            add_matrix_input_tests              (void);

G_END_DECLS
