/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define THRU_TYPE_ENTRY_DIALOG (thru_entry_dialog_get_type ())

/* A modal window that asks for one line of text and stays open, saying why, until the text will do. */
G_DECLARE_FINAL_TYPE (ThruEntryDialog, thru_entry_dialog, THRU, ENTRY_DIALOG, AdwWindow)

/* Takes the text or refuses it with @error, which is shown. */
typedef gboolean (*ThruEntryFunc) (const char  *text,
                                   gpointer     user,
                                   GError     **error);

/* @entry_title names the line; @explanation stands below it; @accept is the button's label. @user outlives the dialog. */
GtkWindow *thru_entry_dialog_new (GtkWindow     *parent,
                                  const char    *title,
                                  const char    *entry_title,
                                  const char    *explanation,
                                  const char    *accept,
                                  const char    *text,
                                  ThruEntryFunc  func,
                                  gpointer       user);

G_END_DECLS
