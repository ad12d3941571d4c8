# PowerShell completion for desk: what fits is asked of desk itself, so this file need not change with it.
# Put it into your $PROFILE, or: desk completions powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName desk -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { if ($null -ne $_.Value) { "$($_.Value)" } else { $_.Extent.Text } })
    # The sign keeps an empty last word alive in older versions.
    $answer = @(& desk __complete powershell -- @words "^$wordToComplete" 2>$null)
    if ($answer.Count -eq 0 -or $answer[0] -in ':files', ':folders') { return }
    $answer | ForEach-Object {
        $value, $about = $_.Split("`t", 2)
        if (-not $about) { $about = $value }
        $quoted = if ($value -match "[\s'@;,()]") { "'" + $value.Replace("'", "''") + "'" } else { $value }
        [System.Management.Automation.CompletionResult]::new($quoted, $value, 'ParameterValue', $about)
    }
}
