/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define THRU_TYPE_VIEW_TITLE (thru_view_title_get_type ())

/* What stands in the middle of the header bar: the switcher between the views where it fits, else the program's name.
 * Property "squeezed": the switcher is wanted, but does not fit; show one elsewhere. */
G_DECLARE_FINAL_TYPE (ThruViewTitle, thru_view_title, THRU, VIEW_TITLE, GtkWidget)

/* @stack: the views; set once. */
void     thru_view_title_set_stack    (ThruViewTitle *self,
                                       AdwViewStack  *stack);

/* Whether there is anything to switch between now. */
void     thru_view_title_set_enabled  (ThruViewTitle *self,
                                       gboolean       enabled);
gboolean thru_view_title_get_squeezed (ThruViewTitle *self);

G_END_DECLS
