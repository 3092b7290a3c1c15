@echo off
rem SPDX-License-Identifier: GPL-2.0-or-later
rem Puts msice below %APPDATA%\Wireshark, for the Wireshark that is installed. No administrator is needed.
rem   install.cmd [FOLDER OF WIRESHARK]
setlocal
set "here=%~dp0"
set "wireshark=%~1"
set "version="
if not defined wireshark set "wireshark=%ProgramFiles%\Wireshark"
if not exist "%wireshark%\libwireshark.dll" goto missing

rem What the program says itself; what its installer noted where tshark was left out.
set "told=%TEMP%\msice-told.txt"
if exist "%wireshark%\tshark.exe" "%wireshark%\tshark.exe" --version >"%told%" 2>nul
if exist "%told%" for /f "usebackq tokens=1,3" %%a in ("%told%") do if "%%a"=="TShark" set "version=%%b"
if defined version goto known
reg query HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\Wireshark /v DisplayVersion /reg:64 >"%told%" 2>nul
if exist "%told%" for /f "usebackq tokens=1,3" %%a in ("%told%") do if "%%a"=="DisplayVersion" set "version=%%b"
:known
if exist "%told%" del "%told%"
if not defined version goto unknown
for /f "tokens=1,2 delims=." %%a in ("%version%") do set "minor=%%a.%%b"
if not exist "%here%plugins\%minor%\epan\msice.dll" goto unfit

set "target=%APPDATA%\Wireshark"
echo msice for Wireshark %minor% (%version% is installed in %wireshark%)
call :put "plugins\%minor%\epan" msice.dll || goto failed
if exist "%here%plugins\%minor%\wiretap\uclog.dll" call :put "plugins\%minor%\wiretap" uclog.dll || goto failed
call :put extcap uclog.exe || goto failed
for %%f in (icewarn.exe README.txt COPYING.txt uninstall.cmd) do call :put_in msice "%%f" || goto failed
for %%f in ("%here%profiles\MS-ICE\*") do call :put "profiles\MS-ICE" "%%~nxf" || goto failed
for %%f in ("%here%examples\*") do call :put_in msice "%%~nxf" examples\ || goto failed

if not exist "%wireshark%\tshark.exe" goto done
"%wireshark%\tshark.exe" -G plugins 2>nul | findstr /b /c:"msice.dll"
if errorlevel 1 goto not_loaded
:done
echo Done. Open a capture with the profile MS-ICE; what to look at first stands in %target%\msice\README.txt.
exit /b 0

:put
if not exist "%target%\%~1" mkdir "%target%\%~1"
copy /y "%here%%~1\%~2" "%target%\%~1\%~2" >nul || exit /b 1
echo   %target%\%~1\%~2
exit /b 0

:put_in
if not exist "%target%\%~1" mkdir "%target%\%~1"
copy /y "%here%%~3%~2" "%target%\%~1\%~2" >nul || exit /b 1
echo   %target%\%~1\%~2
exit /b 0

:missing
echo error: there is no Wireshark in %wireshark%: name its folder behind install.cmd 1>&2
exit /b 1
:unknown
echo error: the version of the Wireshark in %wireshark% could not be found out 1>&2
exit /b 1
:unfit
echo error: Wireshark %version% is installed; this package has plugins for these versions alone: 1>&2
dir /b "%here%plugins" 1>&2
exit /b 1
:failed
echo error: a file could not be written; is Wireshark running? 1>&2
exit /b 1
:not_loaded
echo error: tshark does not list msice.dll, which was put into %target%\plugins\%minor%\epan 1>&2
exit /b 1
