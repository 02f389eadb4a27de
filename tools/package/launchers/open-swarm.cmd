@echo off
rem The command line of the installed app: its own Node runs it, whatever the machine has.
"%~dp0..\runtime\node.exe" "%~dp0..\app.asar.unpacked\out\main\cli.js" %*
